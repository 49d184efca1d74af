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
 * A text that the server sent, such as a name. A database of the encoding SQL_ASCII keeps any bytes; a query that finds
 * some that are no UTF-8 fails, unless the bytes are asked for as they are.
 *
 * @param text with a replacement character for what is not valid text
 * @param valid whether it is all there
 */
public record ReadableText(String text, boolean valid) {
    private static final String ANY_BYTES = "SQL_ASCII";

    /** In LATIN1 every byte is a character, there and back. */
    private static final String BYTES_AS_THEY_ARE = "LATIN1";

    /** What to run, after SET or SET LOCAL, before queries whose texts may be anything; empty where none can be. */
    public static Optional<String> setting(Connection connection) throws SQLException {
        return ANY_BYTES.equals(parameter(connection, "server_encoding"))
                ? Optional.of("client_encoding = '" + BYTES_AS_THEY_ARE + "'")
                : Optional.empty();
    }

    /** The column of the current row; empty if it is null. */
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
