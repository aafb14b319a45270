// SPDX-License-Identifier: Apache-2.0
#pragma once
// Scenarios of a journal alone, for any BasicJournal: the shipped one, and weaker ones in the test that proves that a campaign
// notices them. Host only.

#include <map>
#include <optional>
#include <vector>

#include "lock/journal/journal.hpp"
#include "lock/testing/campaign.hpp"

namespace cardea::testing {

using Value = std::vector<std::uint8_t>;
using Values = std::map<ItemKey, Value>;
/// One transaction: values to put, or none to erase.
using Step = std::vector<std::pair<ItemKey, std::optional<Value>>>;

struct JournalScript {
  std::vector<Step> before;  ///< committed by prepare()
  std::vector<Step> steps;
  bool mounts_before_each = false;  ///< every step begins with a start of the lock
};

Values after(Values values, const Step& step);
Value random_value(Random& random, std::size_t size);

/// Everything that `journal` holds; nothing when a value cannot be read.
template <class AnyJournal>
std::optional<Values> contents(const AnyJournal& journal) {
  Values values;
  bool readable = true;
  journal.for_each([&](ItemKey key) {
    Value value(journal_value_size_bytes_max);
    const Result<std::size_t> size = journal.get(key, value);
    readable &= size.ok();
    value.resize(size.ok() ? *size : 0);
    values[key] = value;
  });
  if (!readable) return std::nullopt;
  return values;
}

template <class AnyJournal>
Status commit(AnyJournal& journal, const Step& step) {
  Transaction tx;
  for (const auto& [key, value] : step) CARDEA_TRY(value ? tx.put(key, *value) : tx.erase(key));
  return journal.commit(tx);
}

/// Runs a script: after each start the values are those of all acknowledged steps, or of these and the whole of the one that
/// was under way.
template <class AnyJournal>
class JournalScenario final : public Scenario {
 public:
  explicit JournalScenario(JournalScript script) : script_(std::move(script)) {}

  void prepare(World& world, Check& check) override {
    AnyJournal journal(world.flash, whole(world));
    check.expect(journal.format() == Status::kOk, "prepare: format");
    for (const Step& step : script_.before) {
      check.expect(commit(journal, step) == Status::kOk, "prepare: commit");
      values_ = after(values_, step);
    }
  }

  void run(World& world, Check& check) override {
    do {
      AnyJournal journal(world.flash, whole(world));
      if (!check.ok(journal.mount(), world, "mount")) return;
      const std::optional<Values> found = contents(journal);
      if (under_way_ && found == after(values_, script_.steps[done_])) acknowledge();
      under_way_ = false;
      if (!check.expect(found == values_, "the values are not those that were acknowledged")) return;
      while (done_ < script_.steps.size()) {
        under_way_ = true;
        if (!check.ok(commit(journal, script_.steps[done_]), world, "commit")) return;
        acknowledge();
        if (script_.mounts_before_each || world.flash.power_was_cut()) break;
      }
      if (world.flash.power_was_cut()) return;
      if (!check.expect(contents(journal) == values_, "a committed value reads otherwise")) return;
    } while (done_ < script_.steps.size());
  }

  [[nodiscard]] std::unique_ptr<Scenario> clone() const override { return std::make_unique<JournalScenario>(*this); }

 private:
  static FlashRegion whole(const World& world) { return {0, world.flash.size_bytes()}; }
  void acknowledge() {
    values_ = after(values_, script_.steps[done_]);
    ++done_;
    under_way_ = false;
  }

  JournalScript script_;
  Values values_;
  std::size_t done_ = 0;
  bool under_way_ = false;
};

/// Formats a journal that holds values: they are all there until the format, and never some of them.
template <class AnyJournal>
class FormatScenario final : public Scenario {
 public:
  explicit FormatScenario(JournalScript script) : script_(std::move(script)) {}

  void prepare(World& world, Check& check) override {
    if (script_.before.empty()) return;  // a new lock: blank flash
    AnyJournal journal(world.flash, {0, world.flash.size_bytes()});
    check.expect(journal.format() == Status::kOk, "prepare: format");
    for (const Step& step : script_.before) {
      check.expect(commit(journal, step) == Status::kOk, "prepare: commit");
      old_ = after(old_, step);
    }
  }

  void run(World& world, Check& check) override {
    AnyJournal journal(world.flash, {0, world.flash.size_bytes()});
    const Status status = journal.mount();
    const bool no_journal = status == Status::kNotFound || status == Status::kCorrupt;
    if (!no_journal && !check.ok(status, world, "mount")) return;
    const std::optional<Values> found = contents(journal);
    if (!no_journal) check.expect(found == Values{} || (!formatted_ && found == old_), "a format left some of the values");
    if (formatted_) {
      check.expect(!no_journal, "a formatted journal is gone");
      return;
    }
    if (!check.ok(journal.format(), world, "format")) return;
    formatted_ = true;
  }

  [[nodiscard]] std::unique_ptr<Scenario> clone() const override { return std::make_unique<FormatScenario>(*this); }

 private:
  JournalScript script_;
  Values old_;
  bool formatted_ = false;
};

struct NamedScript {
  std::string name;
  std::string about;
  bool is_short;
  bool formats;
  std::uint32_t sector_count;
  JournalScript (*make)();
};
/// The scripts; each becomes a scenario of its name.
const std::vector<NamedScript>& journal_scripts();

template <class AnyJournal>
void add_journal_scenarios(ScenarioList& list) {
  for (const NamedScript& script : journal_scripts()) {
    list.push_back({.name = script.name,
                    .about = script.about,
                    .is_short = script.is_short,
                    .flash_size_bytes = script.sector_count * flash_sector_size_bytes,
                    .make = [&script]() -> std::unique_ptr<Scenario> {
                      if (script.formats) return std::make_unique<FormatScenario<AnyJournal>>(script.make());
                      return std::make_unique<JournalScenario<AnyJournal>>(script.make());
                    }});
  }
}

}  // namespace cardea::testing
