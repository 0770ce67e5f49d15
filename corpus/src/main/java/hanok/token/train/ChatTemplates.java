package hanok.token.train;

/** How a conversation is written in the files of a vocabulary. */
final class ChatTemplates {
  /** The template in the public files of EXAONE 3.5, in Jinja. */
  static final String EXAONE =
      "{% for message in messages %}"
          + "{% if loop.first and message['role'] != 'system' %}"
          + "{{ '[|system|][|endofturn|]\n' }}{% endif %}"
          + "{{ '[|' + message['role'] + '|]' + message['content'] }}"
          + "{% if message['role'] == 'user' %}{{ '\n' }}"
          + "{% else %}{{ '[|endofturn|]\n' }}{% endif %}{% endfor %}"
          + "{% if add_generation_prompt %}{{ '[|assistant|]' }}{% endif %}";

  private ChatTemplates() {}
}
