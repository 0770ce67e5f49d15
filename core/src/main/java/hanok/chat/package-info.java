/** Conversations, and how they are written for a model. */
@org.jspecify.annotations.NullMarked
package hanok.chat;
