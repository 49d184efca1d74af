package dbopt.twin;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * Converts statistics of several columns from the text that the server prints into its internal form: before version 18 the
 * server cannot read the text. Columns are numbered, and the numbers are the same in the twin.
 */
final class ExtendedStatistics {
    private static final int DISTINCT = 0xA352BFA4;
    private static final int DEPENDENCIES = 0xB4549A2C;
    private static final int TYPE = 1;
    private static final Pattern ITEM = Pattern.compile("\"([^\"]+)\": ([0-9.]+)");

    private ExtendedStatistics() {}

    /** Converts distinct counts such as <code>{"1, 2": 25}</code>; null stays null. */
    static byte[] distinct(String text) {
        if (text == null) {
            return null;
        }
        List<MatchResult> items = ITEM.matcher(text).results().toList();
        ByteBuffer buffer = buffer(DISTINCT, items);
        for (MatchResult item : items) {
            short[] columns = columns(item.group(1));
            buffer.putDouble(Double.parseDouble(item.group(2))).putInt(columns.length);
            put(buffer, columns);
        }
        return written(buffer);
    }

    /** Converts dependencies such as <code>{"1 => 2": 1.000000}</code>; null stays null. */
    static byte[] dependencies(String text) {
        if (text == null) {
            return null;
        }
        List<MatchResult> items = ITEM.matcher(text).results().toList();
        ByteBuffer buffer = buffer(DEPENDENCIES, items);
        for (MatchResult item : items) {
            short[] columns = columns(item.group(1));
            buffer.putDouble(Double.parseDouble(item.group(2))).putShort((short) columns.length);
            put(buffer, columns);
        }
        return written(buffer);
    }

    private static ByteBuffer buffer(int magic, List<MatchResult> items) {
        int size = 12
                + items.stream()
                        .mapToInt(item -> 12 + 2 * columns(item.group(1)).length)
                        .sum();
        return ByteBuffer.allocate(size)
                .order(ByteOrder.nativeOrder())
                .putInt(magic)
                .putInt(TYPE)
                .putInt(items.size());
    }

    private static short[] columns(String text) {
        String[] numbers = text.split(", | => ", -1);
        short[] columns = new short[numbers.length];
        for (int column = 0; column < numbers.length; column++) {
            columns[column] = Short.parseShort(numbers[column]);
        }
        return columns;
    }

    private static void put(ByteBuffer buffer, short[] columns) {
        for (short column : columns) {
            buffer.putShort(column);
        }
    }

    private static byte[] written(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.position()];
        buffer.flip().get(bytes);
        return bytes;
    }
}
