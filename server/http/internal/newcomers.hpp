// SPDX-License-Identifier: Apache-2.0
#pragma once
// Whoever takes up a place and has shown nothing for it yet, the longest waiting first: who gives way when places run out. So a
// crowd that opens connections and stays silent, or dribbles, throws out its own.

#include <cstddef>
#include <list>
#include <utility>

namespace cardea::server::http {

class Newcomers;

/// One that may be asked to give way. Leaves when it is destroyed.
class Newcomer {
 public:
  Newcomer() = default;
  Newcomer(const Newcomer&) = delete;
  Newcomer& operator=(const Newcomer&) = delete;
  virtual ~Newcomer();

 private:
  friend class Newcomers;
  virtual void give_way() = 0;

  Newcomers* among_ = nullptr;
  std::list<Newcomer*>::iterator place_;
};

/// Outlives those in it, or is emptied by them.
class Newcomers {
 public:
  /// To the end of the line, wherever it stood.
  void join(Newcomer& who) {
    leave(who);
    who.place_ = line_.insert(line_.end(), &who);
    who.among_ = this;
  }
  static void leave(Newcomer& who) {
    if (Newcomers* among = std::exchange(who.among_, nullptr)) among->line_.erase(who.place_);
  }
  /// The one that has waited longest goes; false when there is none.
  bool make_room() {
    if (line_.empty()) return false;
    Newcomer& oldest = *line_.front();
    leave(oldest);
    oldest.give_way();
    return true;
  }

 private:
  std::list<Newcomer*> line_;
};

inline Newcomer::~Newcomer() { Newcomers::leave(*this); }

}  // namespace cardea::server::http
