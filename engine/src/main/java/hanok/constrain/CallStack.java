package hanok.constrain;

import org.jspecify.annotations.Nullable;

/**
 * Where the calls that are under way return to, the innermost first.
 *
 * @param returnTo the state behind the innermost call; -1 at the bottom
 * @param parent the stack as it was before that call; null at the bottom
 * @param room how many frames more there may be
 * @param hash of all of it
 */
record CallStack(int returnTo, @Nullable CallStack parent, int room, int hash) {

  /** No call is under way. */
  static CallStack bottom(int room) {
    return new CallStack(-1, null, room, room);
  }

  CallStack push(int returnState) {
    return new CallStack(returnState, this, room - 1, 31 * hash + returnState + 1);
  }

  @Override
  public int hashCode() {
    return hash;
  }

  @Override
  public boolean equals(@Nullable Object object) {
    if (!(object instanceof CallStack other)) {
      return false;
    }
    CallStack a = this;
    CallStack b = other;
    while (a != b) {
      if (a.hash != b.hash || a.returnTo != b.returnTo || a.room != b.room) {
        return false;
      }
      if (a.parent == null || b.parent == null) {
        return a.parent == b.parent;
      }
      a = a.parent;
      b = b.parent;
    }
    return true;
  }
}
