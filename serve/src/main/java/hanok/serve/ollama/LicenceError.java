package hanok.serve.ollama;

import hanok.serve.api.ApiException;
import hanok.store.Licence;
import hanok.store.LicenceRequiredException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The answer to a pull whose licence was not accepted: it carries the licence. */
final class LicenceError {
  private LicenceError() {}

  static ApiException of(LicenceRequiredException failure) {
    Licence licence = failure.licence();
    ObjectNode node = JsonMapper.shared().createObjectNode();
    node.put("id", licence.id()).put("title", licence.title());
    node.put("summary_ko", licence.korean()).put("summary_en", licence.english());
    String sentence =
        failure.getMessage() + ": send the request again with \"accept_license\": true";
    return ApiException.of(403, "licence_not_accepted", sentence).with("licence", node);
  }
}
