package dbopt.twin;

import dbopt.bundled.BundledSql;
import dbopt.server.Rows;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Gives each table and index the size that it has in the source, since the planner asks the file system for it. The added
 * part is a hole in the file, which takes no space on the disk. A btree also gets its height.
 */
record TwinFiles(List<RelationFile> files) {
    static final int PAGE = 8192;
    private static final long SEGMENT = 1L << 30;

    // The layout of a page and a btree, from PostgreSQL's bufpage.h and nbtree.h; it is the same in versions 14 to 18.
    private static final int HEADER = 24;
    private static final int SPECIAL = PAGE - 16;
    private static final int BTREE_MAGIC = 0x053162;
    private static final int ENTRY = 8;
    private static final int WITHOUT_ROW = 0x2000;
    private static final int LEAF = 1;
    private static final int ROOT = 2;

    /**
     * The files of a table or index.
     *
     * @param relation the OID in the twin
     * @param path the path below the data directory
     * @param height the height of a btree above its leaves; negative for anything else
     */
    record RelationFile(long relation, String path, long bytes, int height) {
        /** Returns the size of each segment by path. A large relation has several segments, all of them full except the last. */
        Map<String, Long> segments() {
            Map<String, Long> segments = new LinkedHashMap<>();
            for (long segment = 0; segment * SEGMENT < bytes; segment++) {
                segments.put(segment == 0 ? path : path + "." + segment, Math.min(bytes - segment * SEGMENT, SEGMENT));
            }
            return segments;
        }
    }

    TwinFiles {
        files = List.copyOf(files);
    }

    static TwinFiles read(Connection twin, BundledSql sql) throws SQLException {
        return new TwinFiles(Rows.all(
                twin,
                sql.query("db/rehearse/twin/files.sql"),
                row -> new RelationFile(
                        row.getLong("relation"), row.getString("path"), row.getLong("bytes"), row.getInt("height"))));
    }

    /** Extends the files. The server must be stopped. */
    void extend(Path data) throws IOException {
        for (RelationFile file : files) {
            for (Map.Entry<String, Long> segment : file.segments().entrySet()) {
                extend(data.resolve(segment.getKey()), segment.getValue());
            }
            if (file.height() > 0 && file.bytes() >= (2L + file.height()) * PAGE) {
                raise(data.resolve(file.path()), file.height());
            }
        }
    }

    private static void extend(Path file, long bytes) throws IOException {
        try (RandomAccessFile opened = new RandomAccessFile(file.toFile(), "rw")) {
            opened.setLength(bytes);
        }
    }

    /**
     * Writes an empty btree of this height: the first page points to the root, each page to the one below, and the last page
     * is a leaf.
     */
    private static void raise(Path file, int height) throws IOException {
        try (RandomAccessFile opened = new RandomAccessFile(file.toFile(), "rw")) {
            byte[] bytes = new byte[(2 + height) * PAGE];
            opened.readFully(bytes);
            ByteBuffer pages = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
            if (pages.getInt(HEADER) != BTREE_MAGIC) {
                throw new IOException(file + " does not begin as a btree does");
            }
            // the root and its level, then the same two for the root at which searches begin
            for (int field = HEADER + 8; field < HEADER + 24; field += 8) {
                pages.putInt(field, 1).putInt(field + 4, height);
            }
            for (int level = height; level >= 0; level--) {
                page(pages, 1 + height - level, level, level == height);
            }
            opened.seek(0);
            opened.write(bytes);
        }
    }

    private static void page(ByteBuffer pages, int number, int level, boolean root) {
        int page = number * PAGE;
        int content = level == 0 ? 0 : ENTRY;
        pages.putShort(page + 12, (short) (level == 0 ? HEADER : HEADER + 4));
        pages.putShort(page + 14, (short) (SPECIAL - content));
        pages.putShort(page + 16, (short) SPECIAL);
        pages.putShort(page + 18, (short) (PAGE | 4)); // the page size and the version of the layout
        if (level > 0) {
            pages.putInt(page + HEADER, (SPECIAL - ENTRY) | 1 << 15 | ENTRY << 17);
            // the first entry of an inner page has no key, only the number of the page below, with its high half first
            pages.putShort(page + SPECIAL - ENTRY + 2, (short) (number + 1));
            pages.putShort(page + SPECIAL - ENTRY + 6, (short) (ENTRY | WITHOUT_ROW));
        }
        pages.putInt(page + SPECIAL + 8, level);
        pages.putShort(page + SPECIAL + 12, (short) ((level == 0 ? LEAF : 0) | (root ? ROOT : 0)));
    }
}
