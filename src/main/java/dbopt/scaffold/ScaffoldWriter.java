package dbopt.scaffold;

import dbopt.findings.Audit;
import java.sql.Connection;

/** Writes what drops findings of an audit, and what restores them. */
public interface ScaffoldWriter {
    /** Writes all of it or nothing, and returns what to say of it. */
    String write(Audit.Result result, Connection database);
}
