package dbopt.commandline;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads sizes as PostgreSQL writes them: a whole number and one of kB, MB, GB, TB; the result is in bytes. */
public final class SizeConverter implements ITypeConverter<Long> {
    private static final Pattern SIZE = Pattern.compile("([0-9]{1,6}) ?(kB|MB|GB|TB)");
    private static final Map<String, Integer> SHIFTS = Map.of("kB", 10, "MB", 20, "GB", 30, "TB", 40);

    @Override
    public Long convert(String text) {
        Matcher size = SIZE.matcher(text);
        if (!size.matches()) {
            throw new TypeConversionException("'" + text + "' is not a size: write 500MB, 20GB or 1TB");
        }
        return Long.parseLong(size.group(1)) << SHIFTS.get(size.group(2));
    }
}
