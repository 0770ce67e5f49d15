package hanok.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.lang.reflect.Constructor;
import java.nio.charset.Charset;

/**
 * Puts the user's stderr back in place. At every start the JVM prints a warning about incubator
 * modules, for which it has no switch; so the launcher gives it a file for its stderr and hands the
 * user's on as another descriptor, {@code -Dhanok.stderr=3}.
 */
public final class UserStderr {
  private UserStderr() {}

  /** Makes {@link System#err} the user's again, if the launcher says that it is not. */
  public static void restore() {
    Integer descriptor = Integer.getInteger("hanok.stderr");
    if (descriptor == null) {
      return;
    }
    try {
      // Opening /dev/fd/3 instead would lose the position of a file that stdout goes to as well.
      Constructor<FileDescriptor> of = FileDescriptor.class.getDeclaredConstructor(int.class);
      of.setAccessible(true);
      FileOutputStream out = new FileOutputStream(of.newInstance(descriptor));
      Charset charset = Charset.forName(System.getProperty("stderr.encoding", UTF_8.name()));
      System.setErr(new PrintStream(out, true, charset));
    } catch (ReflectiveOperationException | RuntimeException e) {
      System.err.println("hanok: the launcher's stderr is out of reach: " + e.getMessage());
    }
  }
}
