package hanok.console;

import java.io.InputStream;
import java.io.PrintStream;
import java.util.Map;

/**
 * The world outside of a command.
 *
 * @param terminalIn whether a person types the input
 * @param terminalErr whether a person watches the errors, and would like to see progress
 * @param environment the variables of the shell
 */
public record Io(
    InputStream in,
    PrintStream out,
    PrintStream err,
    boolean terminalIn,
    boolean terminalErr,
    Map<String, String> environment) {}
