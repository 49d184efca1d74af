package dbopt.commandline;

/** How a command's report is written: for people, for programs, or as a page. */
public enum ReportFormat {
    TEXT,
    JSON,
    HTML
}
