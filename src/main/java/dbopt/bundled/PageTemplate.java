package dbopt.bundled;

import com.samskivert.mustache.Mustache;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;

/** The templates of the pages, which lie in {@code db/page} with their one style sheet and script; what is filled in is escaped. */
public final class PageTemplate {
    private PageTemplate() {}

    /** Fills in the template of this name; it may include others beside it. */
    public static String filled(String name, Object model) {
        try (Reader page = part(name)) {
            return Mustache.compiler()
                    .withLoader(PageTemplate::part)
                    .compile(page)
                    .execute(model);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A template, or a file that it includes as it is. */
    private static Reader part(String name) {
        return BundledSql.open("db/page/" + (name.contains(".") ? name : name + ".mustache"));
    }
}
