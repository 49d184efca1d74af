package dbopt.server;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Runs queries and returns their rows. Without parameters the text is sent unchanged, so a question mark in it is an
 * operator. With parameters each question mark is a parameter, and a collection is sent as an array of text.
 */
public final class Rows {
    /** Reads the current row of a result. */
    @FunctionalInterface
    public interface Reader<T> {
        /** Returns the value that the row stands for. */
        T read(ResultSet row) throws SQLException;
    }

    private Rows() {}

    /** Returns all rows of the query, in its order. */
    public static <T> List<T> all(Connection connection, String query, Reader<? extends T> reader, Object... parameters)
            throws SQLException {
        return ask(connection, query, parameters, rows -> {
            List<T> all = new ArrayList<>();
            while (rows.next()) {
                all.add(reader.read(rows));
            }
            return all;
        });
    }

    /** Returns the first row; empty if there is none, or if the reader returns null for it. */
    public static <T> Optional<T> first(
            Connection connection, String query, Reader<? extends T> reader, Object... parameters) throws SQLException {
        return ask(
                connection,
                query,
                parameters,
                rows -> rows.next() ? Optional.<T>ofNullable(reader.read(rows)) : Optional.empty());
    }

    /** Returns the row of a query that always has exactly one. */
    public static <T> T only(Connection connection, String query, Reader<? extends T> reader, Object... parameters)
            throws SQLException {
        return ask(connection, query, parameters, rows -> {
            rows.next();
            return reader.read(rows);
        });
    }

    /** Returns a map with one entry per row, in the order of the query. */
    public static <K, V> Map<K, V> map(
            Connection connection,
            String query,
            Reader<? extends K> key,
            Reader<? extends V> value,
            Object... parameters)
            throws SQLException {
        return ask(connection, query, parameters, rows -> {
            Map<K, V> map = new LinkedHashMap<>();
            while (rows.next()) {
                map.put(key.read(rows), value.read(rows));
            }
            return map;
        });
    }

    private static <T> T ask(Connection connection, String query, Object[] parameters, Reader<T> all)
            throws SQLException {
        if (parameters.length == 0) {
            try (Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery(query)) {
                return all.read(rows);
            }
        }
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            for (int position = 1; position <= parameters.length; position++) {
                Object parameter = parameters[position - 1];
                statement.setObject(
                        position,
                        parameter instanceof Collection<?> texts
                                ? connection.createArrayOf("text", texts.toArray())
                                : parameter);
            }
            try (ResultSet rows = statement.executeQuery()) {
                return all.read(rows);
            }
        }
    }
}
