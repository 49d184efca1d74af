package dbopt.maintain;

import static java.util.Objects.requireNonNull;

import java.time.LocalTime;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Hours of the day, such as 22:00-05:00, by the clock of the machine that dbopt runs on. The end is exclusive. */
record Hours(LocalTime from, LocalTime to) {
    Hours {
        requireNonNull(from, "from is null");
        requireNonNull(to, "to is null");
    }

    boolean contain(LocalTime time) {
        return from.isBefore(to)
                ? !time.isBefore(from) && time.isBefore(to)
                : !time.isBefore(from) || time.isBefore(to);
    }

    @Override
    public String toString() {
        return from + "-" + to;
    }

    /** Reads the hours from the command line. */
    static final class Converter implements ITypeConverter<Hours> {
        private static final String TIME = "([01][0-9]|2[0-3]):([0-5][0-9])";
        private static final Pattern HOURS = Pattern.compile(TIME + "-" + TIME);

        @Override
        public Hours convert(String text) {
            Matcher hours = HOURS.matcher(text);
            if (!hours.matches()) {
                throw new TypeConversionException("'" + text + "' is not a range of hours: write 22:00-05:00");
            }
            return new Hours(time(hours, 1), time(hours, 3));
        }

        private static LocalTime time(Matcher hours, int group) {
            return LocalTime.of(Integer.parseInt(hours.group(group)), Integer.parseInt(hours.group(group + 1)));
        }
    }
}
