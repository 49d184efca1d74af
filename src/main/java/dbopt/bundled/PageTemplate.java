package dbopt.bundled;

import static java.util.Objects.requireNonNull;

import com.samskivert.mustache.Mustache;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The templates of the pages, which lie beside the class that fills them; what is filled in is escaped. */
public final class PageTemplate {
    private PageTemplate() {}

    /** Fills in the template of this name; it may include others beside it. */
    public static String filled(Class<?> beside, String name, Object model) {
        try (Reader page = template(beside, name)) {
            return Mustache.compiler()
                    .withLoader(included -> template(beside, included))
                    .compile(page)
                    .execute(model);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Reader template(Class<?> beside, String name) {
        InputStream resource = beside.getResourceAsStream(name + ".mustache");
        return new InputStreamReader(
                requireNonNull(resource, "the jar lacks the template " + name), StandardCharsets.UTF_8);
    }
}
