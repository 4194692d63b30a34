// Many evaluations of one expression at once: a column holds a value for each row, so that a kernel is called once for
// many samples.
#pragma once
#include "runtime/core/value.h"
#include <memory>
#include <vector>

namespace gms::runtime {

/// One value a row, or one for all rows.
struct Column {
  std::shared_ptr<const std::vector<Value>> values;
  bool uniform = false;

  static Column same(Value value) {
    return {std::make_shared<const std::vector<Value>>(1, std::move(value)), true};
  }
  static Column of(std::vector<Value> values) {
    return {std::make_shared<const std::vector<Value>>(std::move(values)), false};
  }
  const Value &at(int64_t row) const { return (*values)[uniform ? 0 : static_cast<size_t>(row)]; }
};

/// What keys the draws of a row.
struct RowKey {
  uint64_t sample = 0;
  uint32_t epoch = 0;
  bool identified = false; ///< the sample is a thing with a name, not just a place in a list
};

/// The locals that are known in many rows. Scopes are chained: a row of this one lies in a row of the outer one.
class Rows {
public:
  /// A scope of its own: what a function sees.
  Rows(int64_t count, std::vector<RowKey> keys) : count(count), keys(std::move(keys)) {}
  /// The same rows with more locals.
  explicit Rows(const Rows &outer) : outer(&outer), count(outer.count), sameRows(true) {}
  /// Row r lies in row from[r] of the outer scope.
  Rows(const Rows &outer, std::vector<int64_t> from)
      : outer(&outer), from(std::move(from)), count(static_cast<int64_t>(this->from.size())) {}
  Rows &operator=(const Rows &) = delete;

  int64_t size() const { return count; }
  void set(uint32_t slot, Column column);
  void setKeys(std::vector<RowKey> made) { keys = std::move(made); }
  /// The column of a local; it was bound, as the plan's reader and the checker make sure.
  Column find(uint32_t slot) const;
  RowKey key(int64_t row) const;
  std::vector<RowKey> allKeys() const;

private:
  const Rows *outer = nullptr;
  std::vector<int64_t> from;
  int64_t count;
  bool sameRows = false;
  std::vector<RowKey> keys; ///< empty: those of the outer scope
  std::vector<std::pair<uint32_t, Column>> own;
};

/// Mixes a sample's identity into that of the one around it (the finaliser of SplitMix64).
uint64_t mixIdentity(uint64_t around, uint64_t inner);

} // namespace gms::runtime
