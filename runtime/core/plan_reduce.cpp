// Reductions, map and filter over lists and ranges: the rows of the body are all combinations of the indices, taken in
// chunks whose kernels run on all threads.
#include "runtime/core/error.h"
#include "runtime/core/interrupt.h"
#include "runtime/core/plan_evaluator.h"
#include "runtime/core/progress.h"
#include <algorithm>
#include <chrono>
#include <cmath>

namespace gms::runtime {
namespace {

/// What a reduction has gathered for one outer row.
struct Gathered {
  int64_t count = 0;
  double number = 0;
  int64_t whole = 0;
  int64_t best = 0;
  bool truth = false;
  std::vector<double> all; ///< median
  std::vector<Value> items;
};

bool isReal(gms_type element) { return element == GMS_F32 || element == GMS_F64; }

class Reducer {
public:
  Reducer(const HostExpr &e, int64_t rows) : e(e), gathered(static_cast<size_t>(rows)) {
    for (Gathered &g : gathered) {
      g.truth = e.reduce == HostReduce::All;
      g.whole = g.number = e.reduce == HostReduce::Prod ? 1 : 0;
    }
  }

  /// One value, of the `at`th combination; `element` is what filter keeps.
  void add(int64_t row, const Value &value, const Value *element) {
    Gathered &g = gathered[static_cast<size_t>(row)];
    switch (e.reduce) {
    case HostReduce::Map:
      g.items.push_back(value);
      break;
    case HostReduce::Filter:
      if (value.boolean())
        g.items.push_back(*element);
      break;
    case HostReduce::Any:
      g.truth |= value.boolean();
      break;
    case HostReduce::All:
      g.truth &= value.boolean();
      break;
    case HostReduce::Count:
      g.whole += value.boolean();
      break;
    case HostReduce::Median:
      g.all.push_back(value.number());
      break;
    default:
      addNumber(g, value);
    }
    ++g.count;
  }

  Value result(int64_t row, std::shared_ptr<const ListShape> shape) {
    Gathered &g = gathered[static_cast<size_t>(row)];
    switch (e.reduce) {
    case HostReduce::Map:
    case HostReduce::Filter:
      return Value::list(std::move(g.items), std::move(shape));
    case HostReduce::Any:
    case HostReduce::All:
      return Value(g.truth);
    case HostReduce::Count:
      return Value(g.whole);
    case HostReduce::Mean:
      return real(g.count ? g.number / static_cast<double>(g.count) : NAN);
    case HostReduce::Median:
      return real(median(g.all));
    case HostReduce::ArgMin:
    case HostReduce::ArgMax:
      if (!g.count)
        throw Error(ErrorKind::EmptyReduction, {e.reduce == HostReduce::ArgMin ? "argmin" : "argmax"});
      return Value(g.best);
    default:
      return isReal(e.type->element) ? real(g.count || !extreme() ? g.number : emptyExtreme()) : wholeResult(g);
    }
  }

private:
  const HostExpr &e;
  std::vector<Gathered> gathered;

  bool extreme() const { return e.reduce == HostReduce::Min || e.reduce == HostReduce::Max; }
  double emptyExtreme() const { return e.reduce == HostReduce::Min ? HUGE_VAL : -HUGE_VAL; }
  Value real(double value) const {
    return Value(e.type->element == GMS_F32 ? static_cast<double>(static_cast<float>(value)) : value);
  }
  Value wholeResult(const Gathered &g) const {
    if (extreme() && !g.count)
      throw Error(ErrorKind::EmptyReduction, {e.reduce == HostReduce::Min ? "min" : "max"});
    return Value(g.whole);
  }

  void addNumber(Gathered &g, const Value &value) {
    const double number = value.number();
    const bool whole = std::holds_alternative<int64_t>(value.data);
    const auto take = [&] {
      g.number = number;
      g.whole = whole ? value.whole() : 0;
      g.best = g.count;
    };
    switch (e.reduce) {
    case HostReduce::Sum:
    case HostReduce::Mean:
      g.number += number;
      if (whole)
        g.whole = static_cast<int64_t>(static_cast<uint64_t>(g.whole) + static_cast<uint64_t>(value.whole()));
      return;
    case HostReduce::Prod:
      g.number *= number;
      if (whole)
        g.whole = static_cast<int64_t>(static_cast<uint64_t>(g.whole) * static_cast<uint64_t>(value.whole()));
      return;
    case HostReduce::Min:
    case HostReduce::ArgMin:
      if (!g.count || number < g.number)
        take();
      return;
    default:
      if (!g.count || number > g.number)
        take();
    }
  }

  static double median(std::vector<double> &all) {
    if (all.empty())
      return NAN;
    std::sort(all.begin(), all.end());
    const size_t middle = all.size() / 2;
    return all.size() % 2 ? all[middle] : (all[middle - 1] + all[middle]) / 2;
  }
};

/// An element of a list with its notes, or the list's; its identity, or its place, becomes that of the row's sample.
Value listItem(const Value &list, int64_t at, RowKey &key) {
  Value item = list.isTensor() ? readElement(list.tensor(), HostBorder::Proven, {at}) : list.items()[static_cast<size_t>(at)];
  if (!item.notes)
    item.notes = list.notes;
  const uint64_t identity = item.notes && item.notes->identity ? *item.notes->identity : static_cast<uint64_t>(at);
  key.sample = key.identified ? mixIdentity(key.sample, identity) : identity;
  key.identified = true;
  return item;
}

/// A list, or the elements of a tensor of rank 1.
int64_t domainSize(const Value &domain) {
  return domain.isTensor() ? domain.tensor().extent(0) : static_cast<int64_t>(domain.items().size());
}

/// How many rows a chunk takes: as many as a tenth of a second runs through, so that Ctrl-C and the progress bar are
/// prompt and the threads do not wait for one another often.
class ChunkSize {
public:
  explicit ChunkSize(int threads) : size(std::max(16, 4 * threads)) {}
  int64_t now() const { return size; }
  void took(double seconds, int64_t rows) {
    if (rows == size)
      size = std::clamp<int64_t>(static_cast<int64_t>(static_cast<double>(rows) * 0.15 / std::max(seconds, 1e-6)), 16,
                                 std::min<int64_t>(4096, 4 * size));
  }

private:
  int64_t size;
};

} // namespace

void PlanEvaluator::expand(const std::vector<HostIndex> &indices, bool keyed, const Rows &rows, const ExpandVisit &visit) {
  Expansion start;
  start.keyed = keyed;
  for (int64_t row = 0; row < rows.size(); ++row)
    start.origin.push_back(row);
  expandFrom(indices, 0, rows, std::move(start), visit);
}

void PlanEvaluator::expandFrom(const std::vector<HostIndex> &indices, size_t at, const Rows &rows, Expansion done,
                               const ExpandVisit &visit) {
  if (at == indices.size())
    return visit(rows, done);
  const HostIndex &index = indices[at];
  const Column low = index.list ? Column() : evaluate(*index.low, rows);
  const Column high = evaluate(index.list ? *index.list : *index.high, rows);
  Expansion next;
  std::vector<int64_t> from;
  std::vector<Value> values;
  std::vector<RowKey> keys;
  next.ragged = done.ragged;
  next.keyed = done.keyed;
  next.shape = std::move(done.shape);
  for (int64_t row = 0; row < rows.size(); ++row) {
    const RowKey around = rows.key(row);
    const int64_t first = index.list ? 0 : low.at(row).whole();
    const int64_t count = index.list ? domainSize(high.at(row)) : std::max<int64_t>(0, high.at(row).whole() - first);
    if (row == 0)
      next.shape.extents.push_back(count);
    next.ragged |= next.shape.extents.back() != count;
    for (int64_t i = 0; i < count; ++i) {
      from.push_back(row);
      next.origin.push_back(done.origin[static_cast<size_t>(row)]);
      keys.push_back(around);
      if (index.list) {
        values.push_back(listItem(high.at(row), i, keys.back()));
        if (at == 0 && row == 0)
          next.shape.rows.push_back(values.back().notes ? values.back().notes->name : "");
      } else {
        keys.back().epoch = around.epoch * static_cast<uint32_t>(count) + static_cast<uint32_t>(i);
        values.emplace_back(first + i);
      }
    }
  }
  Rows inner(rows, std::move(from));
  inner.set(index.slot, Column::of(std::move(values)));
  if (next.keyed)
    inner.setKeys(std::move(keys));
  if (inner.size() > 0) // else no body is evaluated, and later domains cannot be
    expandFrom(indices, at + 1, inner, std::move(next), visit);
}

/// Evaluates the body in the rows of a chunk and hands its values to the reducer.
void PlanEvaluator::reduceChunk(const HostExpr &e, const Rows &all, int64_t first, int64_t last,
                                const std::function<void(int64_t, const Value &, const Value *)> &add) {
  std::vector<int64_t> part;
  for (int64_t row = first; row < last; ++row)
    part.push_back(row);
  if (e.args.size() == 2) {
    const Column keep = evaluate(*e.args[1], Rows(all, part));
    std::erase_if(part, [&](int64_t row) { return !keep.at(row - first).boolean(); });
  }
  if (part.empty())
    return;
  const Rows kept(all, part);
  const Column values = evaluate(*e.args[0], kept);
  const Column elements = e.reduce == HostReduce::Filter ? kept.find(e.indices.back().slot) : Column();
  for (size_t i = 0; i < part.size(); ++i) {
    const int64_t row = static_cast<int64_t>(i);
    add(part[i], values.at(row), elements.values ? &elements.at(row) : nullptr);
  }
}

Column PlanEvaluator::reduce(const HostExpr &e, const Rows &rows) {
  Reducer reducer(e, rows.size());
  std::shared_ptr<const ListShape> shape;
  const bool shown = reduceDepth == 0 && !services.host.quiet && callsKernel(*e.args[0], plan);
  ++reduceDepth;
  expand(e.indices, e.keyed, rows, [&](const Rows &all, const Expansion &expansion) {
    std::unique_ptr<Progress> progress;
    if (shown)
      progress = std::make_unique<Progress>(workName, all.size(), "samples");
    if (e.reduce == HostReduce::Map && !expansion.ragged)
      shape = std::make_shared<const ListShape>(expansion.shape);
    const auto add = [&](int64_t row, const Value &value, const Value *element) {
      reducer.add(expansion.origin[static_cast<size_t>(row)], value, element);
    };
    ChunkSize chunk(services.host.threads);
    for (int64_t first = 0; first < all.size();) {
      if (InterruptGuard::requested())
        throw Error(ErrorKind::Interrupted, {std::to_string(first), std::to_string(all.size()) + " samples"});
      const int64_t last = std::min(all.size(), first + chunk.now());
      const auto start = std::chrono::steady_clock::now();
      reduceChunk(e, all, first, last, add);
      chunk.took(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count(), last - first);
      if (progress)
        progress->advance(last - first);
      first = last;
    }
  });
  --reduceDepth;
  std::vector<Value> results;
  for (int64_t row = 0; row < rows.size(); ++row)
    results.push_back(reducer.result(row, shape));
  return {std::make_shared<const std::vector<Value>>(std::move(results)), rows.size() == 1};
}

} // namespace gms::runtime
