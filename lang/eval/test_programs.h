// Small typed programs by hand, for the tests beside it.
#pragma once
#include "lang/eval/evaluate.h"

namespace gms::eval::test {

using namespace program;
using E = ExprPtr;

inline TypeRef real() { return Type::scalar(Element::F32); }
inline TypeRef precise() { return Type::scalar(Element::F64); }
inline TypeRef whole() { return Type::scalar(Element::Int); }
inline TypeRef truth() { return Type::scalar(Element::Bool); }

template <typename... Es> std::vector<E> list(Es &&...es) {
  std::vector<E> out;
  (out.push_back(std::forward<Es>(es)), ...);
  return out;
}
inline E make(ExprKind kind, TypeRef type, std::vector<E> args = {}) {
  auto e = std::make_unique<Expr>();
  e->kind = kind;
  e->type = std::move(type);
  e->args = std::move(args);
  e->span = {1, 10, 20};
  return e;
}
inline E num(double value, TypeRef type = real()) {
  E e = make(ExprKind::Constant, std::move(type));
  e->constant = value;
  return e;
}
inline E num(int value) {
  E e = make(ExprKind::Constant, whole());
  e->constant = int64_t(value);
  return e;
}
inline E num(int64_t value) {
  E e = make(ExprKind::Constant, whole());
  e->constant = value;
  return e;
}
inline E prim(Prim prim, TypeRef type, std::vector<E> args) {
  E e = make(ExprKind::Primitive, std::move(type), std::move(args));
  e->prim = prim;
  return e;
}
inline E add(E a, E b) {
  TypeRef t = a->type;
  return prim(Prim::Add, t, list(std::move(a), std::move(b)));
}
inline E sub(E a, E b) {
  TypeRef t = a->type;
  return prim(Prim::Sub, t, list(std::move(a), std::move(b)));
}
inline E mul(E a, E b) {
  TypeRef t = a->type;
  return prim(Prim::Mul, t, list(std::move(a), std::move(b)));
}
inline E divide(E a, E b) {
  TypeRef t = a->type;
  return prim(Prim::Div, t, list(std::move(a), std::move(b)));
}
inline E unary(Prim p, E a) {
  TypeRef t = a->type;
  return prim(p, t, list(std::move(a)));
}
inline E binary(Prim p, E a, E b) {
  TypeRef t = a->type;
  return prim(p, t, list(std::move(a), std::move(b)));
}
/// An item of a tuple.
inline E item(E tuple, TypeRef type, uint32_t position) {
  E e = make(ExprKind::Item, std::move(type), list(std::move(tuple)));
  e->position = position;
  return e;
}
inline E tuple(E a, E b) {
  TypeRef t = Type::tuple({a->type, b->type});
  return make(ExprKind::MakeTuple, t, list(std::move(a), std::move(b)));
}
inline E when(E condition, E then, E otherwise) {
  TypeRef t = then->type;
  return make(ExprKind::If, t, list(std::move(condition), std::move(then), std::move(otherwise)));
}

/// Builds one function; `finish` adds it to the program.
struct Maker {
  Program &program;
  std::unique_ptr<Function> f = std::make_unique<Function>();

  Maker(Program &program, FunctionKind kind, std::string name) : program(program) {
    f->kind = kind;
    f->name = std::move(name);
  }
  FunctionId finish(E body) {
    f->id = static_cast<FunctionId>(program.functions.size());
    f->result = body ? body->type : Type::voidType();
    f->body = std::move(body);
    program.functions.push_back(std::move(f));
    return program.functions.back()->id;
  }
  LocalId name(TypeRef type, LocalKind kind = LocalKind::Definition) {
    f->locals.push_back({"x" + std::to_string(f->locals.size()), std::move(type), kind, {1, 1, 2}});
    return static_cast<LocalId>(f->locals.size() - 1);
  }
  LocalId parameter(TypeRef type) {
    LocalId id = name(std::move(type), LocalKind::Parameter);
    f->parameters.push_back({id, nullptr});
    return id;
  }
  /// A tensor parameter of `rank` dimensions, which become locals; of role image where the rank is 3.
  LocalId tensor(size_t rank, Element element = Element::F32, Role role = Role::None) {
    std::vector<Dim> dims;
    std::vector<LocalId> symbols;
    for (size_t axis = 0; axis < rank; ++axis) {
      symbols.push_back(name(whole(), LocalKind::Dimension));
      dims.push_back(Dim::symbol(symbols.back()));
    }
    LocalId id = parameter(Type::tensor(element, dims, role));
    for (uint32_t axis = 0; axis < rank; ++axis)
      f->dims.push_back({symbols[axis], id, {}, axis});
    return id;
  }
  const std::vector<Dim> &dims(LocalId tensor) const { return f->locals[tensor].type->dims; }
  LocalId index() { return name(whole(), LocalKind::Index); }
  E local(LocalId id) {
    E e = make(ExprKind::Local, f->locals[id].type);
    e->local = id;
    return e;
  }
  E dim(const Dim &d) {
    E e = make(ExprKind::DimValue, whole());
    e->dim = d;
    return e;
  }
  E read(LocalId tensor, std::vector<E> indices, Border border = Border::Proven) {
    E e = make(ExprKind::Read, Type::scalar(f->locals[tensor].type->element));
    e->border = border;
    e->args.push_back(local(tensor));
    for (E &index : indices)
      e->args.push_back(std::move(index));
    return e;
  }
  IndexVar over(LocalId index, E low, E high) { return {index, std::move(low), std::move(high), nullptr}; }
  E tabulate(std::vector<std::pair<LocalId, Dim>> indices, E body) {
    std::vector<Dim> dims;
    for (auto &[index, extent] : indices)
      dims.push_back(extent);
    E e = make(ExprKind::Tabulate, Type::tensor(body->type->element, dims));
    for (auto &[index, extent] : indices)
      e->indices.push_back(over(index, num(0), dim(extent)));
    e->args.push_back(std::move(body));
    return e;
  }
  E reduce(ReduceKind kind, TypeRef type, std::vector<IndexVar> indices, E body, E condition = nullptr) {
    E e = make(ExprKind::Reduce, std::move(type), list(std::move(body)));
    if (condition)
      e->args.push_back(std::move(condition));
    e->reduce = kind;
    e->indices = std::move(indices);
    return e;
  }
  E reduceOver(ReduceKind kind, TypeRef type, LocalId tensor) {
    LocalId i = index();
    std::vector<IndexVar> indices;
    indices.push_back(over(i, num(0), dim(dims(tensor)[0])));
    return reduce(kind, std::move(type), std::move(indices), read(tensor, list(local(i))));
  }
  E call(FunctionId callee, std::vector<E> args, std::string place = "") {
    E e = make(ExprKind::Call, program.function(callee).result, std::move(args));
    e->function = callee;
    e->place = std::move(place);
    return e;
  }
  E draw(Distribution distribution, TypeRef type, std::string place, std::vector<E> args) {
    E e = make(ExprKind::Draw, std::move(type), std::move(args));
    e->distribution = distribution;
    e->place = std::move(place);
    return e;
  }
  E block(std::vector<std::pair<LocalId, E>> definitions, E value) {
    TypeRef type = value->type;
    E e = make(ExprKind::Block, type, list(std::move(value)));
    for (auto &[id, made] : definitions) {
      Definition definition;
      definition.locals = {id};
      definition.value = std::move(made);
      e->definitions.push_back(std::move(definition));
    }
    return e;
  }
  /// d(of) / d(by), of a local that becomes a variable.
  E derivative(E of, LocalId by, std::vector<uint32_t> path = {}) {
    f->locals[by].variable = true;
    TypeRef type = f->locals[by].type;
    for (uint32_t position : path)
      type = type->fields[position].type;
    E e = make(ExprKind::Derivative, type, list(std::move(of)));
    e->local = by;
    e->path = std::move(path);
    return e;
  }
  /// `local = made`, then the value.
  E with(LocalId local, E made, E value) {
    std::vector<std::pair<LocalId, E>> definitions;
    definitions.emplace_back(local, std::move(made));
    return block(std::move(definitions), std::move(value));
  }
  /// The locals that a warp's body reads.
  void warpLocals() {
    f->y = name(real());
    f->x = name(real());
    f->inputHeight = name(whole(), LocalKind::Dimension);
    f->inputWidth = name(whole(), LocalKind::Dimension);
    f->outputHeight = name(whole(), LocalKind::Dimension);
    f->outputWidth = name(whole(), LocalKind::Dimension);
  }
  E y() { return local(f->y); }
  E x() { return local(f->x); }
  E warp(FunctionId warp, E image, std::vector<E> args = {}, Sampling sampling = Sampling::Bilinear,
         Border border = Border::Zero) {
    TypeRef type = image->type;
    E e = make(ExprKind::Warp, type, list(std::move(image)));
    for (E &arg : args)
      e->args.push_back(std::move(arg));
    e->function = warp;
    e->sampling = sampling;
    e->border = border;
    return e;
  }
};

inline Value tensorOf(std::vector<int64_t> shape, std::vector<double> data, Element element = Element::F32) {
  auto made = Tensor::make(element, std::move(shape));
  made->data = std::move(data);
  return Value(TensorRef(std::move(made)));
}
inline const std::vector<double> &dataOf(const Value &value) { return std::get<TensorRef>(value.v)->data; }
inline double realOf(const Value &value) { return std::get<double>(value.v); }
inline int64_t wholeOf(const Value &value) { return std::get<int64_t>(value.v); }

/// The message that evaluating ends with, or "" where it succeeds.
template <typename Run> std::string failure(Run &&run) {
  try {
    run();
  } catch (const EvalError &error) {
    return error.what();
  }
  return "";
}

} // namespace gms::eval::test
