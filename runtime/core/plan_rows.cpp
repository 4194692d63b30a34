#include "runtime/core/plan_rows.h"
#include "runtime/core/error.h"

namespace gms::runtime {

void Rows::set(uint32_t slot, Column column) {
  for (auto &[known, value] : own)
    if (known == slot) {
      value = std::move(column);
      return;
    }
  own.emplace_back(slot, std::move(column));
}

Column Rows::find(uint32_t slot) const {
  for (const auto &[known, value] : own)
    if (known == slot)
      return value;
  if (!outer)
    throw Error(ErrorKind::PlanUnreadable, {"a local is read before it is bound"});
  Column column = outer->find(slot);
  if (column.uniform || sameRows)
    return column;
  std::vector<Value> gathered;
  gathered.reserve(from.size());
  for (int64_t row : from)
    gathered.push_back(column.at(row));
  return Column::of(std::move(gathered));
}

RowKey Rows::key(int64_t row) const {
  if (!keys.empty())
    return keys[keys.size() == 1 ? 0 : static_cast<size_t>(row)];
  if (!outer)
    return {};
  return outer->key(sameRows ? row : from[static_cast<size_t>(row)]);
}

std::vector<RowKey> Rows::allKeys() const {
  std::vector<RowKey> all;
  all.reserve(static_cast<size_t>(count));
  for (int64_t row = 0; row < count; ++row)
    all.push_back(key(row));
  return all;
}

uint64_t mixIdentity(uint64_t around, uint64_t inner) {
  uint64_t x = around ^ (inner + 0x9E3779B97F4A7C15ull);
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ull;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBull;
  return x ^ (x >> 31);
}

} // namespace gms::runtime
