package hanok.chat;

import hanok.template.JinjaTemplate;
import hanok.template.TemplateException;
import hanok.template.Value;
import hanok.token.Prompt;
import hanok.token.Span;
import hanok.token.Tokenizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** Conversations by a template of Jinja, with the variables that transformers gives it. */
final class JinjaChat implements ChatTemplate {
  private final String name;
  private final JinjaTemplate template;
  private final Tokenizer tokenizer;
  private final List<String> markers;

  JinjaChat(String name, JinjaTemplate template, Tokenizer tokenizer) {
    this.name = name;
    this.template = template;
    this.tokenizer = tokenizer;
    markers = Markers.of(this::spans);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Prompt render(List<Message> messages, boolean addGenerationPrompt) {
    try {
      return new Prompt(
          Spans.withoutAddedBos(spans(messages, addGenerationPrompt), tokenizer), markers);
    } catch (TemplateException e) {
      throw Spans.refusal(e);
    }
  }

  private List<Span> spans(List<Message> messages, boolean addGenerationPrompt) {
    List<Value> turns = new ArrayList<>(messages.size());
    for (Message message : messages) {
      Map<String, Value> turn = new LinkedHashMap<>();
      turn.put("role", Value.ofTemplate(message.role().label()));
      turn.put("content", Value.ofPerson(message.content()));
      turns.add(Value.ofTemplate(turn));
    }
    Map<String, Value> variables = new HashMap<>();
    variables.put("messages", Value.ofTemplate(turns));
    variables.put("add_generation_prompt", Value.ofTemplate(addGenerationPrompt));
    variables.put("tools", Value.ofTemplate(null));
    variables.put("documents", Value.ofTemplate(null));
    putToken(variables, "bos_token", tokenizer.bos());
    putToken(variables, "eos_token", tokenizer.eos());
    return template.render(variables);
  }

  private void putToken(Map<String, Value> variables, String name, OptionalInt id) {
    id.ifPresent(token -> variables.put(name, Value.ofTemplate(tokenizer.text(token))));
  }
}
