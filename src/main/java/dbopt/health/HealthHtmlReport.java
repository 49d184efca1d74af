package dbopt.health;

import com.samskivert.mustache.Mustache;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** The report as one page that loads nothing from the network; everything from the database is escaped by the template. */
final class HealthHtmlReport {
    private HealthHtmlReport() {}

    static String of(Report report, History history) {
        Mustache.Compiler compiler = Mustache.compiler().withLoader(HealthHtmlReport::template);
        try (Reader page = template("page")) {
            return compiler.compile(page).execute(PageModel.of(report, history));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Reader template(String name) {
        InputStream resource = HealthHtmlReport.class.getResourceAsStream(name + ".mustache");
        return new InputStreamReader(
                Objects.requireNonNull(resource, "the jar lacks the template " + name), StandardCharsets.UTF_8);
    }
}
