#include "compiler/transforms/read_inversion.h"
#include "compiler/transforms/bordered_index.h"
#include "compiler/transforms/read_ranges.h"
#include "compiler/transforms/tensor_extents.h"
#include <mlir/IR/Matchers.h>

namespace gms::compiler {
using namespace mlir;

void ReadInversion::Form::add(const Form &other, int64_t factor) {
  values.add(other.values, factor);
  for (size_t k = 0; k < axes.size(); ++k)
    axes[k] += factor * other.axes[k];
}

/// Solves the equations `index of axis k = coordinate k`, one unknown an axis.
class Inverter {
public:
  Inverter(core::ReadOp read, Operation *root, ArrayRef<NestIndex> nest) : read(read), root(root), nest(nest) {
    border = readsInside(read) ? core::Border::Proven : read.getBorder();
  }

  std::optional<ReadInversion> run() {
    const unsigned rank = read.getIndices().size();
    made.tensor = read.getTensor();
    for (Value index : read.getIndices()) {
      forms.push_back({linearOf(index), SmallVector<int64_t, 4>(rank, 0)});
      for (auto [value, factor] : forms.back().values.terms)
        if (factor && !known(value) && !unsolvedIndex(value))
          return {};
    }
    done.assign(rank, false);
    if (border == core::Border::Proven || border == core::Border::Zero) {
      while (solveUnit()) {
      }
      while (solveMultiple()) {
      }
    } else {
      while (solvePeriod()) {
      }
    }
    if (!addChecks())
      return {};
    for (const NestIndex &index : nest)
      if (!solved.contains(index.argument))
        made.free.push_back(index);
    made.solutions.append(units.rbegin(), units.rend());
    return std::move(made);
  }

private:
  core::ReadOp read;
  Operation *root;
  ArrayRef<NestIndex> nest;
  core::Border border;
  ReadInversion made;
  SmallVector<ReadInversion::Form> forms;
  SmallVector<bool> done;
  SmallVector<ReadInversion::Solution> units; ///< a later one is needed by earlier ones
  llvm::SmallPtrSet<Value, 8> solved;
  llvm::SmallPtrSet<Value, 8> keptFree; ///< needed to solve others

  bool known(Value value) const { return !root->isAncestor(value.getParentBlock()->getParentOp()); }
  const NestIndex *unsolvedIndex(Value value) const {
    for (const NestIndex &index : nest)
      if (index.argument == value && !solved.contains(value))
        return &index;
    return nullptr;
  }
  /// How many values an index takes; of unknown extents many.
  static int64_t lengthOf(const NestIndex &index) {
    APInt low, high;
    if (matchPattern(index.low, m_ConstantInt(&low)) && matchPattern(index.high, m_ConstantInt(&high)))
      return high.getSExtValue() - low.getSExtValue();
    return std::numeric_limits<int64_t>::max();
  }

  /// index = ±(coordinate - rest), put into all other equations; the longest loop of an axis goes first.
  bool solveUnit() {
    for (unsigned axis = 0; axis < forms.size(); ++axis) {
      if (done[axis])
        continue;
      const NestIndex *best = nullptr;
      for (auto [value, factor] : forms[axis].values.terms)
        if (const NestIndex *index = unsolvedIndex(value); index && (factor == 1 || factor == -1))
          if (!best || lengthOf(*index) > lengthOf(*best))
            best = index;
      if (!best)
        continue;
      ReadInversion::Form target = solvedFor(axis, best->argument);
      const int64_t sign = forms[axis].values.factorOf(best->argument);
      ReadInversion::Form value{{}, SmallVector<int64_t, 4>(forms.size(), 0)};
      value.add(target, sign);
      for (unsigned other = 0; other < forms.size(); ++other)
        if (const int64_t factor = done[other] ? 0 : forms[other].values.factorOf(best->argument)) {
          forms[other].values.terms[best->argument] = 0;
          forms[other].add(value, factor);
        }
      units.push_back({best->argument, std::move(value), 1, {}});
      solved.insert(best->argument);
      done[axis] = true;
      return true;
    }
    return false;
  }

  /// The coordinate less everything in the axis' index but for one term.
  ReadInversion::Form solvedFor(unsigned axis, Value index) const {
    ReadInversion::Form target{{}, SmallVector<int64_t, 4>(forms.size(), 0)};
    target.axes[axis] = 1;
    ReadInversion::Form rest = forms[axis];
    rest.values.terms[index] = 0;
    target.add(rest, -1);
    return target;
  }

  void keepFree(const ReadInversion::Form &form) {
    for (auto [value, factor] : form.values.terms)
      if (factor && unsolvedIndex(value))
        keptFree.insert(value);
  }

  /// index = (coordinate - rest) / factor where that is whole.
  bool solveMultiple() {
    for (unsigned axis = 0; axis < forms.size(); ++axis) {
      if (done[axis])
        continue;
      for (auto [value, factor] : forms[axis].values.terms) {
        const NestIndex *index = unsolvedIndex(value);
        if (!index || !factor || keptFree.contains(value))
          continue;
        ReadInversion::Form target = solvedFor(axis, value);
        keepFree(target);
        if (factor < 0) {
          ReadInversion::Form negative{{}, SmallVector<int64_t, 4>(forms.size(), 0)};
          negative.add(target, -1);
          target = std::move(negative);
        }
        made.checks.push_back({axis, forms[axis], core::Border::Proven, false});
        made.solutions.push_back({value, std::move(target), factor < 0 ? -factor : factor, {}});
        solved.insert(value);
        done[axis] = true;
        return true;
      }
    }
    return false;
  }

  /// index = ±(coordinate - rest) modulo the extent, where the index runs over one period.
  bool solvePeriod() {
    if (border != core::Border::Wrap)
      return false;
    for (unsigned axis = 0; axis < forms.size(); ++axis) {
      if (done[axis])
        continue;
      for (auto [value, factor] : forms[axis].values.terms) {
        const NestIndex *index = unsolvedIndex(value);
        if (!index || (factor != 1 && factor != -1) || keptFree.contains(value) || !coversAxis(*index, axis) ||
            usedElsewhere(value, axis))
          continue;
        ReadInversion::Form target = solvedFor(axis, value), form{{}, SmallVector<int64_t, 4>(forms.size(), 0)};
        keepFree(target);
        form.add(target, factor);
        made.solutions.push_back({value, std::move(form), 1, index->high});
        solved.insert(value);
        done[axis] = true;
        return true;
      }
    }
    return false;
  }

  bool coversAxis(const NestIndex &index, unsigned axis) const {
    return matchPattern(index.low, m_Zero()) && isExtentOf(index.high, made.tensor, axis);
  }
  bool usedElsewhere(Value index, unsigned axis) const {
    for (unsigned other = 0; other < forms.size(); ++other)
      if (other != axis && forms[other].values.factorOf(index))
        return true;
    return false;
  }

  /// Axes that determine no index must agree; one that says something of an index which is still free would have to be
  /// tried for all of its values.
  bool addChecks() {
    for (unsigned axis = 0; axis < forms.size(); ++axis) {
      if (done[axis])
        continue;
      bool placeOnly = true;
      for (auto [value, factor] : forms[axis].values.terms) {
        if (factor && unsolvedIndex(value))
          return false;
        placeOnly &= !factor || known(value);
      }
      made.checks.push_back({axis, forms[axis], border, placeOnly});
    }
    return true;
  }
};

std::optional<ReadInversion> ReadInversion::of(core::ReadOp read, Operation *root, ArrayRef<NestIndex> nest) {
  return Inverter(read, root, nest).run();
}

Value ReadInversion::evaluate(ScalarBuilder &s, const Form &form, ValueRange place,
                              const DenseMap<Value, Value> &values) const {
  Value sum;
  auto add = [&](Value value, int64_t factor) {
    if (!factor)
      return;
    if (sum && factor == -1) {
      sum = s.subi(sum, value);
      return;
    }
    Value term = factor == 1 ? value : s.muli(value, s.index(factor));
    sum = sum ? s.addi(sum, term) : term;
  };
  auto addAll = [&](bool positive) {
    for (auto [axis, factor] : llvm::enumerate(form.axes))
      if ((factor > 0) == positive)
        add(place[axis], factor);
    for (auto [value, factor] : form.values.terms)
      if ((factor > 0) == positive) {
        auto found = values.find(value);
        add(found == values.end() ? value : found->second, factor);
      }
  };
  addAll(true);
  addAll(false);
  if (!sum)
    return s.index(form.values.constant);
  return form.values.constant ? s.addi(sum, s.index(form.values.constant)) : sum;
}

Value ReadInversion::check(ScalarBuilder &s, const Check &check, ValueRange place,
                           const DenseMap<Value, Value> &values) const {
  Value at = evaluate(s, check.form, place, values);
  if (check.border != core::Border::Proven && check.border != core::Border::Zero) {
    Value inside;
    at = bordered(s, at, extentOf(s.builder, s.loc, tensor, check.axis), check.border, inside);
  }
  return s.cmpi(arith::CmpIPredicate::eq, at, place[check.axis]);
}

Value ReadInversion::solve(ScalarBuilder &s, ValueRange place, DenseMap<Value, Value> &values) const {
  for (const Solution &solution : solutions) {
    Value value = evaluate(s, solution.form, place, values);
    if (solution.divisor != 1)
      value = s.make<arith::FloorDivSIOp>(value, s.index(solution.divisor));
    if (solution.period) {
      Value inside;
      value = bordered(s, value, solution.period, core::Border::Wrap, inside);
    }
    values[solution.index] = value;
  }
  Value condition;
  for (const Check &one : checks)
    if (!one.placeOnly) {
      Value holds = check(s, one, place, values);
      condition = condition ? s.andi(condition, holds) : holds;
    }
  return condition;
}

Value ReadInversion::placeCondition(ScalarBuilder &s, ValueRange place) const {
  Value condition;
  for (const Check &one : checks)
    if (one.placeOnly) {
      Value holds = check(s, one, place, DenseMap<Value, Value>());
      condition = condition ? s.andi(condition, holds) : holds;
    }
  return condition;
}

} // namespace gms::compiler
