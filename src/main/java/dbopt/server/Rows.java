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
 * The rows that a query returns. Without parameters the text is sent as it is, so a question mark in it is an operator; with
 * parameters each question mark is one, and a collection is an array of text.
 */
public final class Rows {
    /** Reads the row that a result is on. */
    @FunctionalInterface
    public interface Reader<T> {
        /** What the row says. */
        T read(ResultSet row) throws SQLException;
    }

    private Rows() {}

    /** All rows of the query, in its order. */
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

    /** The first one; empty if there is none, or if it is read as null. */
    public static <T> Optional<T> first(
            Connection connection, String query, Reader<? extends T> reader, Object... parameters) throws SQLException {
        return ask(
                connection,
                query,
                parameters,
                rows -> rows.next() ? Optional.<T>ofNullable(reader.read(rows)) : Optional.empty());
    }

    /** The row of a query that always returns one. */
    public static <T> T only(Connection connection, String query, Reader<? extends T> reader, Object... parameters)
            throws SQLException {
        return ask(connection, query, parameters, rows -> {
            rows.next();
            return reader.read(rows);
        });
    }

    /** One part of each row by another, in the query's order. */
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
