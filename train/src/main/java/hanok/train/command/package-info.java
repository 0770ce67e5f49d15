/** The commands of this room, in Korean and English. */
@org.jspecify.annotations.NullMarked
package hanok.train.command;
