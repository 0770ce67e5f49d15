package hanok.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import hanok.chat.Message;
import hanok.cli.Shell.Outcome;
import hanok.console.ExitCode;
import hanok.engine.FinishReason;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** Run and chat against servers that say strange things, or nothing. */
@Timeout(60)
class StrangeServerTest {
  private static final String HEAD = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n";

  /** Says what it is told to, in answer to {@code /api/show} and to everything else. */
  private static final class Scripted implements AutoCloseable {
    private final ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final CountDownLatch gone = new CountDownLatch(1);
    private final String show;
    private final String answer;
    private final boolean stays;

    /**
     * @param stays whether it keeps the connection open after its answer, until the client leaves
     */
    Scripted(String show, String answer, boolean stays) throws IOException {
      this.show = show;
      this.answer = answer;
      this.stays = stays;
      Thread.ofVirtual().start(this::accept);
    }

    private void accept() {
      try {
        while (true) {
          Socket client = socket.accept();
          Thread.ofVirtual().start(() -> serve(client));
        }
      } catch (IOException e) {
        // closed
      }
    }

    private void serve(Socket client) {
      try (client) {
        InputStream in = client.getInputStream();
        String head = "";
        while (!head.contains("\r\n\r\n")) {
          head += (char) in.read();
        }
        int length = Integer.parseInt(head.replaceAll("(?is).*content-length: *(\\d+).*", "$1"));
        in.readNBytes(length);
        boolean shown = head.contains("/api/show");
        client.getOutputStream().write((shown ? show : answer).getBytes(UTF_8));
        client.getOutputStream().flush();
        if (!shown && stays) {
          boolean more = in.read() >= 0;
          assertThat(more).isFalse();
          gone.countDown();
        }
      } catch (IOException e) {
        gone.countDown(); // reset, by a client that has left
      }
    }

    String host() {
      return "127.0.0.1:" + socket.getLocalPort();
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"message":{"content":"ab"}}                  | 1 | has broken off its answer
          {"message":{"content":"ab"}} {"error":"boom"} | 1 | the server says: boom
            {"error":"busy","status":503}               | 6 | the server says: busy
          {"error":"too long","status":400}             | 2 | the server says: too long
          <html>                                        | 1 | does not speak JSON
          {"error":"a\\u001b[2Jb"}                      | 1 | a?[2Jb
          """)
  void isToldInOneSentence(String answer, int code, String sentence) throws IOException {
    String lines = answer.replace("} {", "}\n \n  {") + "\n";
    try (Scripted server = new Scripted(HEAD + "{}", HEAD + lines, false)) {
      Outcome outcome = new Shell().run("run", "m", "hi", "--host", server.host());
      assertThat(outcome.code()).as(outcome.err()).isEqualTo(code);
      assertThat(outcome.err()).contains(sentence).hasLineCount(1);
    }
  }

  @Test
  void aBusyServerIsSaidToBeBusy() throws IOException {
    String busy =
        "HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\n\r\n{\"error\":\"later\"}";
    try (Scripted server = new Scripted(HEAD + "{}", busy, false)) {
      Outcome outcome = new Shell().run("run", "m", "hi", "--host", server.host());
      assertThat(outcome.code()).isEqualTo(ExitCode.BUSY);
      assertThat(outcome.err()).contains("the server says: later");
    }
  }

  @Test
  void spacesBetweenTheLinesAreHeartbeats() throws IOException {
    String lines =
        """
           {"message":{"content":"안"}}
        \t
         {"message":{"content":"녕"},"done":false}
              {"message":{"content":""},"done":true,"done_reason":"stop","eval_count":2}
        """;
    try (Scripted server = new Scripted(HEAD + "{}", HEAD + lines, false)) {
      Outcome outcome = new Shell().run("run", "m", "hi", "--host", server.host());
      assertThat(outcome.err()).isEmpty();
      assertThat(outcome.out()).isEqualTo("안녕\n");
    }
  }

  @ParameterizedTest
  @CsvSource({"''", "'HTTP/1.1 200 OK\r\n\r\n'", "'HTTP/1.1 200 OK\r\n\r\n     '"})
  void aSilentServerCanBeLeft(String answer) throws Exception {
    try (Scripted server = new Scripted(HEAD + "{}", answer, true)) {
      CommandLine parsed = new Shell().commandLine("chat");
      parsed.parseArgs("chat", "m", "--host", server.host());
      CommandLine command = requireNonNull(parsed.getSubcommands().get("chat"));
      Chat chat = command.getCommand();
      try (Partner partner = chat.options.open(chat.words.getFirst(), chat.hanok)) {
        AtomicBoolean pressed = new AtomicBoolean();
        Thread.ofVirtual()
            .start(() -> {
              try {
                Thread.sleep(Duration.ofMillis(300));
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              pressed.set(true);
            });
        Conversation conversation = partner.opening(null);
        conversation.add(Message.user("hi"));
        Answer cut =
            partner.answer(
                conversation,
                true,
                chat.options.answers(partner),
                new Partner.Audience(text -> {}, pressed::get));
        assertThat(cut.reason()).isEqualTo(FinishReason.CANCELLED);
        assertThat(cut.text()).isEmpty();
        assertThat(server.gone.await(5, TimeUnit.SECONDS)).as("the server knows").isTrue();
      }
    }
  }

  @Test
  void whatAServerSaysOfItsModelMovesNoCursor() throws IOException {
    String show =
        """
        {"system":"a\\u001b[2J","template":"b\\u0007","license":"c\\u009b","parameters":"top_k 7\\nstop \\"x"}
        """;
    try (Scripted server = new Scripted(HEAD + show.strip(), HEAD, false)) {
      String input = "/show system\n/show template\n/show licence\n/show parameters\n";
      Outcome outcome = new Shell().pipe(input, "chat", "m", "--host", server.host());
      assertThat(outcome.out()).startsWith("a?[2J\nb?\nc?\n").containsPattern("top_k +7\n");
    }
  }
}
