#include "lang/program/drawn_places.h"

namespace gms::program {

namespace {

struct Walk {
  const Program &program;
  std::vector<DrawnPlace> found;
  std::vector<DrawnPlace::Arm> arms;

  void visit(const Expr &e, const std::string &place) {
    const std::string here = e.place.empty() ? place : place + "/" + e.place;
    switch (e.kind) {
    case ExprKind::Tabulate: // every element draws its own
      return;
    case ExprKind::Repeat:
      return repeat(e, place, here);
    case ExprKind::Draw:
      if (e.distribution != Distribution::Permutation)
        found.push_back({here, elementOf(e), arms});
      break;
    case ExprKind::Choose:
      return choose(e, place, here);
    default:
      break;
    }
    parts(e, place);
    if (e.kind == ExprKind::Call && program.function(e.function).draws)
      visit(*program.function(e.function).body, here);
  }

private:
  static Element elementOf(const Expr &e) {
    bool number = e.distribution == Distribution::Choice || e.distribution == Distribution::Categorical;
    return number ? Element::Int : e.type->element;
  }

  void parts(const Expr &e, const std::string &place) {
    for (const Definition &definition : e.definitions)
      visit(*definition.value, place);
    for (const IndexVar &index : e.indices)
      for (const ExprPtr *part : {&index.low, &index.high, &index.list})
        if (*part)
          visit(**part, place);
    for (const ExprPtr &arg : e.args)
      visit(*arg, place);
  }

  void choose(const Expr &e, const std::string &place, const std::string &here) {
    found.push_back({here, Element::Int, arms});
    for (size_t k = 0; k + 1 < e.args.size(); k += 2) {
      visit(*e.args[k], place);
      arms.push_back({here, static_cast<int64_t>(k / 2)});
      visit(*e.args[k + 1], place);
      arms.pop_back();
    }
  }

  void repeat(const Expr &e, const std::string &place, const std::string &here) {
    auto known = [](const Expr &bound) { return std::get_if<int64_t>(&bound.constant); };
    const int64_t *low = known(*e.indices[0].low), *high = known(*e.indices[0].high);
    visit(*e.args[0], place);
    for (int64_t k = low && high ? *low : 0; low && high && k < *high; ++k)
      visit(*e.args[1], here + "[" + std::to_string(k) + "]");
  }
};

} // namespace

std::vector<DrawnPlace> drawnPlaces(const Program &program, const Function &function) {
  Walk walk{program, {}, {}};
  if (function.body)
    walk.visit(*function.body, function.name);
  return std::move(walk.found);
}

} // namespace gms::program
