package dbopt.server;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import org.postgresql.PGConnection;

/**
 * A text from the server, such as a name. A database with the encoding SQL_ASCII accepts any bytes, so a query fails on
 * bytes that are not UTF-8, unless it asks for unconverted bytes.
 *
 * @param text the text, with a replacement character for each invalid sequence
 * @param valid whether all bytes are valid text
 */
public record ReadableText(String text, boolean valid) {
    private static final String ANY_BYTES = "SQL_ASCII";

    /** An encoding in which every byte is a character, and converts back to the same byte. */
    private static final String BYTES_AS_THEY_ARE = "LATIN1";

    /**
     * Returns the setting for SET or SET LOCAL that makes queries return unconverted bytes; empty if the database has only
     * valid text.
     */
    public static Optional<String> setting(Connection connection) throws SQLException {
        return ANY_BYTES.equals(parameter(connection, "server_encoding"))
                ? Optional.of("client_encoding = '" + BYTES_AS_THEY_ARE + "'")
                : Optional.empty();
    }

    /** Reads the column of the current row; empty if the value is null. */
    public static Optional<ReadableText> of(ResultSet row, String column) throws SQLException {
        Connection connection = row.getStatement().getConnection();
        boolean bytes = ANY_BYTES.equals(parameter(connection, "server_encoding"))
                && BYTES_AS_THEY_ARE.equals(parameter(connection, "client_encoding"));
        return Optional.ofNullable(row.getString(column))
                .map(text ->
                        bytes ? decoded(text.getBytes(StandardCharsets.ISO_8859_1)) : new ReadableText(text, true));
    }

    /** Reads a column that is never null. */
    public static ReadableText required(ResultSet row, String column) throws SQLException {
        return of(row, column).orElseThrow(() -> new SQLException("the column " + column + " is null"));
    }

    private static ReadableText decoded(byte[] bytes) {
        try {
            return new ReadableText(
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(bytes))
                            .toString(),
                    true);
        } catch (CharacterCodingException e) {
            return new ReadableText(new String(bytes, StandardCharsets.UTF_8), false);
        }
    }

    private static String parameter(Connection connection, String name) throws SQLException {
        return connection.unwrap(PGConnection.class).getParameterStatus(name);
    }
}
