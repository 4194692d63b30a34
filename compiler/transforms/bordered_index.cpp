#include "compiler/transforms/bordered_index.h"

namespace gms::compiler {
using namespace mlir;

Value bordered(ScalarBuilder &s, Value index, Value extent, core::Border border, Value &inside) {
  using P = arith::CmpIPredicate;
  Value zero = s.index(0), one = s.index(1), last = s.subi(extent, one);
  auto clamped = [&](Value v) { return s.maxi(s.mini(v, last), zero); };
  auto modulo = [&](Value v, Value n) {
    Value rest = s.remi(v, n);
    return s.select(s.cmpi(P::slt, rest, zero), s.addi(rest, n), rest);
  };
  switch (border) {
  case core::Border::Proven:
    return index;
  case core::Border::Clamp:
    return clamped(index);
  case core::Border::Wrap:
    return modulo(index, extent);
  case core::Border::Reflect: {
    Value period = s.maxi(s.muli(last, s.index(2)), one);
    Value place = modulo(index, period);
    return s.mini(place, s.subi(period, place));
  }
  case core::Border::Zero: {
    Value here = s.andi(s.cmpi(P::sge, index, zero), s.cmpi(P::slt, index, extent));
    inside = inside ? s.andi(inside, here) : here;
    return clamped(index);
  }
  }
  return index;
}

} // namespace gms::compiler
