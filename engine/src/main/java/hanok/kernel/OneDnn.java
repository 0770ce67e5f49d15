package hanok.kernel;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.Optional;

/**
 * oneDNN's product of matrices of bytes, called as the plain C function that it is. The one class
 * of this house that calls foreign code.
 *
 * @see <a
 * href="https://uxlfoundation.github.io/oneDNN/group_dnnl_api_blas.html">dnnl_gemm_u8s8s32</a>
 */
@SuppressWarnings("restricted")
final class OneDnn {
  private static final Optional<OneDnn> INSTANCE = load();

  private final MethodHandle gemm;
  private final MethodHandle setThreads;

  /** What is added to every result: one zero. */
  private final MemorySegment zero = Arena.global().allocate(JAVA_INT);

  /** Each thread tells OpenMP once that it works alone. */
  private final ThreadLocal<Boolean> alone = ThreadLocal.withInitial(this::workAlone);

  private OneDnn(SymbolLookup openMp, SymbolLookup library) {
    Linker linker = Linker.nativeLinker();
    FunctionDescriptor type =
        FunctionDescriptor.of(
            JAVA_INT,
            JAVA_BYTE,
            JAVA_BYTE,
            JAVA_BYTE,
            JAVA_LONG,
            JAVA_LONG,
            JAVA_LONG,
            JAVA_FLOAT,
            ADDRESS,
            JAVA_LONG,
            JAVA_BYTE,
            ADDRESS,
            JAVA_LONG,
            JAVA_BYTE,
            JAVA_FLOAT,
            ADDRESS,
            JAVA_LONG,
            ADDRESS);
    gemm =
        linker.downcallHandle(
            library.findOrThrow("dnnl_gemm_u8s8s32"), type, Linker.Option.critical(true));
    setThreads =
        linker.downcallHandle(
            openMp.findOrThrow("omp_set_num_threads"), FunctionDescriptor.ofVoid(JAVA_INT));
  }

  /**
   * The library, if there is a build of it for this machine, and the machine multiplies bytes
   * without saturating in 16 bits.
   */
  static Optional<OneDnn> find() {
    return INSTANCE;
  }

  private static Optional<OneDnn> load() {
    try {
      if (!OneDnnFiles.multipliesBytesExactly() || Lanes.I.length() < 8) {
        return Optional.empty();
      }
      Optional<Path> folder = OneDnnFiles.unpacked();
      if (folder.isEmpty()) {
        return Optional.empty();
      }
      Arena forever = Arena.global();
      SymbolLookup openMp =
          SymbolLookup.libraryLookup(folder.get().resolve(OneDnnFiles.OPEN_MP), forever);
      SymbolLookup library =
          SymbolLookup.libraryLookup(folder.get().resolve(OneDnnFiles.LIBRARY), forever);
      return Optional.of(new OneDnn(openMp, library));
    } catch (IOException | IllegalArgumentException | IllegalCallerException e) {
      System.getLogger(OneDnn.class.getName())
          .log(System.Logger.Level.WARNING, "oneDNN is not used: " + e);
      return Optional.empty();
    }
  }

  /**
   * {@code c[i][j] = sum over k of a[i][k] * b[k][j]}, row after row.
   *
   * @param a unsigned bytes, {@code m} rows, {@code strideA} apart
   * @param b signed bytes, {@code k} rows of {@code n}
   * @param c {@code m} rows of {@code n} ints
   */
  void multiply(
      MemorySegment a, long strideA, MemorySegment b, MemorySegment c, int m, int n, int k) {
    if (!alone.get()) {
      throw new IllegalStateException("OpenMP would start threads");
    }
    int status;
    try {
      status =
          (int)
              gemm.invokeExact(
                  (byte) 'N',
                  (byte) 'N',
                  (byte) 'F',
                  (long) m,
                  (long) n,
                  (long) k,
                  1f,
                  a,
                  strideA,
                  (byte) 0,
                  b,
                  (long) n,
                  (byte) 0,
                  0f,
                  c,
                  (long) n,
                  zero);
    } catch (Throwable e) {
      throw new IllegalStateException("dnnl_gemm_u8s8s32", e);
    }
    if (status != 0) {
      throw new IllegalStateException("dnnl_gemm_u8s8s32 returned " + status);
    }
  }

  private boolean workAlone() {
    try {
      setThreads.invokeExact(1);
      return true;
    } catch (Throwable e) {
      throw new IllegalStateException("omp_set_num_threads", e);
    }
  }
}
