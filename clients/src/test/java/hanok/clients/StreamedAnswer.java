package hanok.clients;

import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.PartialResponse;
import dev.langchain4j.model.chat.response.PartialResponseContext;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Collects what LangChain4j streams, and leaves after some pieces if it shall. */
final class StreamedAnswer implements StreamingChatResponseHandler {
  private final int leaveAfter;
  private final StringBuilder text = new StringBuilder();
  private final CompletableFuture<ChatResponse> response = new CompletableFuture<>();
  private final CompletableFuture<Integer> left = new CompletableFuture<>();
  private int pieces;

  StreamedAnswer() {
    this(Integer.MAX_VALUE);
  }

  /**
   * @param leaveAfter so many pieces
   */
  StreamedAnswer(int leaveAfter) {
    this.leaveAfter = leaveAfter;
  }

  @Override
  public void onPartialResponse(PartialResponse piece, PartialResponseContext context) {
    text.append(piece.text());
    pieces++;
    if (pieces == leaveAfter) {
      context.streamingHandle().cancel();
      left.complete(pieces);
    }
  }

  @Override
  public void onCompleteResponse(ChatResponse complete) {
    response.complete(complete);
  }

  @Override
  public void onError(Throwable error) {
    response.completeExceptionally(error);
    left.completeExceptionally(error);
  }

  /** The pieces, joined; once the answer is complete. */
  String text() {
    return text.toString();
  }

  ChatResponse response() throws ExecutionException, InterruptedException, TimeoutException {
    return response.get(60, TimeUnit.SECONDS);
  }

  void awaitLeaving() throws ExecutionException, InterruptedException, TimeoutException {
    left.get(60, TimeUnit.SECONDS);
  }
}
