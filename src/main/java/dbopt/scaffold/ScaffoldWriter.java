package dbopt.scaffold;

import dbopt.findings.Audit;
import java.sql.Connection;

/** Writes scripts that drop the findings of an audit, and scripts that restore them. */
public interface ScaffoldWriter {
    /** Writes all scripts or none, and returns the message for the user. */
    String write(Audit.Result result, Connection database);
}
