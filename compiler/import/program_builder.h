// Typed programs by hand, for tests.
#pragma once
#include "lang/program/program.h"

namespace gms::compiler::build {

class FunctionBuilder {
public:
  using E = program::ExprPtr;
  FunctionBuilder(program::Program &program, program::FunctionKind kind, std::string name)
      : function(std::make_unique<program::Function>()), program(program) {
    function->kind = kind;
    function->name = std::move(name);
  }
  std::unique_ptr<program::Function> function;

  program::FunctionId finish(E body) {
    function->result = body->type;
    function->body = std::move(body);
    program.functions.push_back(std::move(function));
    return static_cast<program::FunctionId>(program.functions.size() - 1);
  }

  // ---- locals ----
  program::LocalId add(std::string name, program::TypeRef type, program::LocalKind kind) {
    function->locals.push_back({std::move(name), std::move(type), kind, {}});
    return static_cast<program::LocalId>(function->locals.size() - 1);
  }
  program::LocalId named(const std::string &name) const {
    for (size_t k = 0; k < function->locals.size(); ++k)
      if (function->locals[k].name == name)
        return static_cast<program::LocalId>(k);
    return 0;
  }
  program::LocalId index(std::string name) {
    return add(std::move(name), integer(), program::LocalKind::Index);
  }
  program::LocalId dimension(std::string name) {
    return add(std::move(name), integer(), program::LocalKind::Dimension);
  }
  program::LocalId parameter(std::string name, program::TypeRef type) {
    const program::LocalId id = add(std::move(name), std::move(type), program::LocalKind::Parameter);
    function->parameters.push_back({id, nullptr});
    return id;
  }
  /// A parameter image[c, h, w] that binds its extents.
  program::TypeRef image(const std::string &name) {
    std::vector<program::Dim> dims;
    std::vector<program::LocalId> symbols;
    for (const char *symbol : {"c", "h", "w"}) {
      symbols.push_back(dimension(symbol));
      dims.push_back(program::Dim::symbol(symbols.back()));
    }
    program::TypeRef type = program::Type::tensor(program::Element::F32, dims, program::Role::Image);
    const program::LocalId id = parameter(name, type);
    for (uint32_t axis = 0; axis < 3; ++axis)
      function->dims.push_back({symbols[axis], id, {}, axis});
    return type;
  }
  /// A parameter of that type, whose extents are checked.
  void sameImage(const std::string &name, const program::TypeRef &type) {
    const program::LocalId id = parameter(name, type);
    for (uint32_t axis = 0; axis < type->dims.size(); ++axis)
      function->checks.push_back({id, {}, axis, type->dims[axis], {}});
  }
  void warpLocals() {
    const program::TypeRef real = program::Type::scalar(program::Element::F32);
    function->y = add("y", real, program::LocalKind::Index);
    function->x = add("x", real, program::LocalKind::Index);
    function->inputHeight = dimension("input.h");
    function->inputWidth = dimension("input.w");
    function->outputHeight = dimension("output.h");
    function->outputWidth = dimension("output.w");
  }

  // ---- expressions ----
  template <typename... Es> std::vector<E> list(Es... es) {
    std::vector<E> out;
    (out.push_back(std::move(es)), ...);
    return out;
  }
  static program::TypeRef integer() { return program::Type::scalar(program::Element::Int); }
  E make(program::ExprKind kind, program::TypeRef type, std::vector<E> args = {}) {
    E e = std::make_unique<program::Expr>();
    e->kind = kind;
    e->type = std::move(type);
    e->args = std::move(args);
    return e;
  }
  E local(program::LocalId id) {
    E e = make(program::ExprKind::Local, function->locals[id].type);
    e->local = id;
    return e;
  }
  E real(double v) {
    E e = make(program::ExprKind::Constant, program::Type::scalar(program::Element::F32));
    e->constant = v;
    return e;
  }
  E whole(int64_t v) {
    E e = make(program::ExprKind::Constant, integer());
    e->constant = v;
    return e;
  }
  E dim(const program::Dim &d) {
    E e = make(program::ExprKind::DimValue, integer());
    e->dim = d;
    return e;
  }
  E prim(program::Prim prim, E a, E b = nullptr) {
    program::TypeRef type = a->type;
    E e = make(program::ExprKind::Primitive, type);
    e->prim = prim;
    e->args.push_back(std::move(a));
    if (b)
      e->args.push_back(std::move(b));
    return e;
  }
  E read(E tensor, std::vector<E> indices, program::Border border = program::Border::Proven) {
    E e = make(program::ExprKind::Read, program::Type::scalar(tensor->type->element));
    e->border = border;
    e->args.push_back(std::move(tensor));
    for (E &index : indices)
      e->args.push_back(std::move(index));
    return e;
  }
  E tabulate(program::TypeRef type, const std::vector<program::LocalId> &indices, E body) {
    E e = make(program::ExprKind::Tabulate, type);
    for (size_t axis = 0; axis < indices.size(); ++axis)
      e->indices.push_back({indices[axis], whole(0), dim(type->dims[axis]), nullptr});
    e->args.push_back(std::move(body));
    return e;
  }
  /// A reduction of every element of a tensor that a local holds.
  E reduceOver(program::ReduceKind kind, const program::TypeRef &type, program::LocalId tensor) {
    E e = make(program::ExprKind::Reduce, program::Type::scalar(type->element));
    e->reduce = kind;
    std::vector<E> places;
    for (const program::Dim &d : type->dims) {
      const program::LocalId id = index("r" + std::to_string(function->locals.size()));
      e->indices.push_back({id, whole(0), dim(d), nullptr});
      places.push_back(local(id));
    }
    e->args.push_back(read(local(tensor), std::move(places)));
    return e;
  }
  E conditional(E condition, E then, E otherwise) {
    program::TypeRef type = then->type;
    return make(program::ExprKind::If, type,
                list(std::move(condition), std::move(then), std::move(otherwise)));
  }
  E call(program::FunctionId callee, program::TypeRef type, std::vector<E> args, std::string place = "") {
    E e = make(program::ExprKind::Call, std::move(type), std::move(args));
    e->function = callee;
    e->place = std::move(place);
    return e;
  }
  E warp(program::FunctionId callee, program::TypeRef type, std::vector<E> args,
         program::ExprKind kind = program::ExprKind::Warp) {
    E e = make(kind, std::move(type), std::move(args));
    e->function = callee;
    e->border = program::Border::Zero;
    return e;
  }
  E draw(program::Distribution distribution, program::TypeRef type, std::string place, std::vector<E> args) {
    E e = make(program::ExprKind::Draw, std::move(type), std::move(args));
    e->distribution = distribution;
    e->place = std::move(place);
    function->draws = true;
    return e;
  }
  E choose(program::TypeRef type, std::string place, std::vector<E> pairs) {
    E e = make(program::ExprKind::Choose, std::move(type), std::move(pairs));
    e->place = std::move(place);
    function->draws = true;
    return e;
  }
  E tuple(std::vector<E> items) {
    std::vector<program::TypeRef> types;
    for (const E &item : items)
      types.push_back(item->type);
    return make(program::ExprKind::MakeTuple, program::Type::tuple(std::move(types)), std::move(items));
  }
  E repeat(program::LocalId index, E count, program::LocalId carried, E start, E next) {
    program::TypeRef type = start->type;
    E e = make(program::ExprKind::Repeat, type, list(std::move(start), std::move(next)));
    e->local = carried;
    e->indices.push_back({index, whole(0), std::move(count), nullptr});
    return e;
  }

private:
  program::Program &program;
};

} // namespace gms::compiler::build
