package dbopt.bundled;

import com.samskivert.mustache.Mustache;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;

/** Fills in the templates of the pages, which are in {@code db/page} with their style sheet and script. Values are escaped. */
public final class PageTemplate {
    private PageTemplate() {}

    /** Returns the page with the values of the model. The template may include other files of {@code db/page}. */
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

    /** Opens a template, or another file that a template includes. */
    private static Reader part(String name) {
        return BundledSql.open("db/page/" + (name.contains(".") ? name : name + ".mustache"));
    }
}
