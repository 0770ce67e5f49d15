package hanok.serve;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class FileHandlesTest {
  @Test
  void theLimitInForceIsTheFirstOfTheTwo() {
    List<String> lines =
        List.of(
            "Limit                     Soft Limit           Hard Limit           Units     ",
            "Max processes             94956                94956                processes ",
            "Max open files            1024                 524288               files     ");
    assertThat(FileHandles.most(lines)).isEqualTo(1024);
  }

  @Test
  void noLimitIsALargeOne() {
    assertThat(FileHandles.most(List.of("Max open files   unlimited   unlimited   files")))
        .isEqualTo(Integer.MAX_VALUE);
  }

  @Test
  void whatIsNotSaidIsTakenToBeMacOs() {
    assertThat(FileHandles.most(List.of("Max processes 1 1 processes"))).isEqualTo(10_240);
  }
}
