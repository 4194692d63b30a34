// Applying a warp to an image, a mask, boxes, keypoints, or to a record of them; and what stands behind |>.
#include "lang/sema/checker.h"

namespace gms::sema {

namespace {

bool findSampling(const std::string &name, Sampling &sampling) {
  static const std::pair<const char *, Sampling> table[] = {
      {"nearest", Sampling::Nearest}, {"bilinear", Sampling::Bilinear}, {"bicubic", Sampling::Bicubic}, {"area", Sampling::Area}};
  for (const auto &entry : table)
    if (name == entry.first) {
      sampling = entry.second;
      return true;
    }
  return false;
}

bool isImageLike(const Type &type) {
  return type.isTensor() && type.dims.size() >= 2 &&
         (type.role == Role::Image || type.role == Role::Mask || type.role == Role::Features || type.role == Role::None ||
          type.role == Role::Spectrogram);
}
bool isPoints(const Type &type) { return type.isTensor() && (type.role == Role::Boxes || type.role == Role::Keypoints); }

} // namespace

bool Body::warpOptions(const std::vector<syntax::Argument> &args, std::vector<const syntax::Argument *> &rest, WarpOptions &options) {
  for (const syntax::Argument &arg : args) {
    const std::string &label = arg.label.text;
    // `fill` is a border rule of its own.
    bool again = label == "sampling" ? options.sampling != Sampling::Inherit
                                     : (label == "border" || label == "fill") && options.border != Border::Inherit;
    if (again) {
      Diagnostic &d = checker.error(Kind::DuplicateArgument, arg.span, {label == "sampling" ? label : "border"});
      d.fix = label == "sampling" ? "" : "`fill` says what lies outside, as `border` does: give one of them";
      return false;
    }
    std::string word = arg.value->kind == syntax::ExprKind::Name ? arg.value->text : "";
    if (label == "sampling") {
      if (!findSampling(word, options.sampling)) {
        checker.error(Kind::UnknownSampling, arg.span, {std::string(checker.sources.text(arg.value->span))});
        return false;
      }
    } else if (label == "border") {
      if (!findBorder(word, options.border)) {
        checker.error(Kind::UnknownBorder, arg.span, {std::string(checker.sources.text(arg.value->span))});
        return false;
      }
    } else if (label == "fill") {
      options.fill = arg.value.get();
      options.border = Border::Fill;
    } else {
      rest.push_back(&arg);
    }
  }
  return true;
}

ExprPtr Body::applyWarp(const Function &callee, const std::string &name, const std::vector<syntax::Argument> &args, ExprPtr value,
                        Span span, Span nameSpan) {
  if (!callee.captures.empty()) {
    checker.error(Kind::NotInThisVersion, nameSpan, {"a warp that reads names of the body around it"}).fix =
        "pass them as parameters of `" + name + "`";
    return nullptr;
  }
  WarpOptions options;
  std::vector<const syntax::Argument *> rest;
  if (!warpOptions(args, rest, options))
    return nullptr;
  if (!value) {
    if (rest.empty() || !rest[0]->label.empty()) {
      checker.error(Kind::MissingArgument, span, {name, "what it moves", "an image, a mask, boxes, keypoints or a record of them"});
      return nullptr;
    }
    value = expr(*rest[0]->value);
    rest.erase(rest.begin());
    if (!value)
      return nullptr;
  }
  std::vector<Definition> definitions;
  value = hoist(std::move(value), definitions);
  const Type *image = isImageLike(*value->type) ? value->type.get() : nullptr;
  if (value->type->kind == TypeKind::Record)
    for (const FieldType &field : value->type->fields)
      if (!image && isImageLike(*field.type) && field.type->role != Role::None)
        image = field.type.get();
  if (!image) {
    checker.error(Kind::NoSpatialField, nameSpan, {show(*value->type), name});
    return nullptr;
  }
  auto before = centre;
  centre = std::pair(image->dims[image->dims.size() - 2], image->dims.back());
  std::vector<ExprPtr> given;
  const Function *only = &callee; // a warp has no instances
  bool good = matchArguments(only, name, rest, nullptr, given, span);
  ExprPtr out;
  if (good) {
    for (ExprPtr &arg : given)
      arg = hoist(std::move(arg), definitions);
    out = value->type->kind == TypeKind::Record ? warpRecord(callee, std::move(given), std::move(value), options, span)
                                                : warpTensor(callee, std::move(given), std::move(value), options, span);
  }
  centre = before;
  return wrap(std::move(definitions), std::move(out));
}

/// The extent of what a warp makes, in terms of this body's locals.
std::optional<Dim> Body::warpExtent(const Function &callee, const Expr *extent, const std::vector<ExprPtr> &args, const Dim &same) {
  if (!extent)
    return same;
  std::optional<Dim> dim = extent->kind == ExprKind::DimValue ? extent->dim : std::optional<Dim>();
  if (!dim)
    return std::nullopt;
  bool good = true;
  Dim out = dim->substitute([&](LocalId id) -> Dim {
    if (id == callee.inputHeight)
      return centre->first;
    if (id == callee.inputWidth)
      return centre->second;
    for (size_t i = 0; i < args.size(); ++i)
      if (callee.parameters[i].local == id)
        if (auto value = toDim(*args[i]))
          return *value;
    good = false;
    return Dim(0);
  });
  return good ? std::optional<Dim>(out) : std::nullopt;
}

ExprPtr Body::warpTensor(const Function &callee, std::vector<ExprPtr> args, ExprPtr value, const WarpOptions &options, Span span) {
  std::vector<Dim> dims = value->type->dims;
  auto h = warpExtent(callee, callee.extentHeight.get(), args, centre->first);
  auto w = warpExtent(callee, callee.extentWidth.get(), args, centre->second);
  if (!h || !w) {
    checker.error(Kind::CompileTimeValue, span, {"the extent that `" + callee.name + "` gives"});
    return nullptr;
  }
  bool points = isPoints(*value->type);
  if (!points) {
    dims[dims.size() - 2] = *h;
    dims.back() = *w;
  }
  ExprPtr out = make(points ? ExprKind::WarpPoints : ExprKind::Warp,
                     Type::tensor(value->type->element, dims, value->type->role, value->type->unit, value->type->range), span);
  out->function = callee.id;
  bool labels = value->type->role == Role::Mask || value->type->element == Element::Int || value->type->element == Element::Bool;
  out->sampling = labels ? Sampling::Nearest : options.sampling;
  out->border = labels && options.border == Border::Fill ? Border::Zero : options.border;
  out->extents = {centre->first, centre->second};
  out->args.push_back(std::move(value));
  for (ExprPtr &arg : args)
    out->args.push_back(std::move(arg));
  if (!points && out->border == Border::Fill) {
    ExprPtr fill = coerce(expr(*options.fill), Type::scalar(out->type->element, out->type->unit), options.fill->span);
    if (!fill)
      return nullptr;
    out->args.push_back(std::move(fill));
  }
  return out;
}

/// A warp moves every spatial field of a record, each by its own rule.
ExprPtr Body::warpRecord(const Function &callee, std::vector<ExprPtr> args, ExprPtr value, const WarpOptions &options, Span span) {
  ExprPtr out = make(ExprKind::MakeRecord, nullptr, span);
  std::vector<FieldType> fields;
  TypeRef type = value->type;
  for (uint32_t i = 0; i < type->fields.size(); ++i) {
    const TypeRef &fieldType = type->fields[i].type;
    ExprPtr field = make(ExprKind::Field, fieldType, span);
    field->position = i;
    field->args.push_back(reference(value->local, span));
    bool moves = (isImageLike(*fieldType) && fieldType->role != Role::None) || isPoints(*fieldType);
    if (moves) {
      std::vector<ExprPtr> copies;
      for (const ExprPtr &arg : args)
        copies.push_back(clone(*arg));
      field = warpTensor(callee, std::move(copies), std::move(field), options, span);
      if (!field)
        return nullptr;
    }
    fields.push_back({type->fields[i].name, field->type});
    out->args.push_back(std::move(field));
  }
  out->type = Type::record(type->name, std::move(fields));
  return out;
}

ExprPtr Body::apply(const syntax::Expr &f, ExprPtr value) {
  switch (f.kind) {
  case syntax::ExprKind::Call:
    return call(f, std::move(value));
  case syntax::ExprKind::Pipe: // f |> g as a value: first f, then g
    value = apply(*f.operands[0], std::move(value));
    return value ? apply(*f.operands[1], std::move(value)) : nullptr;
  case syntax::ExprKind::Name: {
    if (find(f.text)) {
      checker.error(Kind::NotCallable, f.span, {"`" + f.text + "`, a value,"});
      return nullptr;
    }
    syntax::Expr bare;
    bare.kind = syntax::ExprKind::Call;
    bare.span = f.span;
    bare.operands.push_back(std::make_unique<syntax::Expr>());
    bare.operands[0]->kind = syntax::ExprKind::Name;
    bare.operands[0]->text = f.text;
    bare.operands[0]->span = f.span;
    return call(bare, std::move(value));
  }
  default:
    checker.error(Kind::NotExpected, f.span, {"an operator behind |>", "something else"});
    return nullptr;
  }
}

} // namespace gms::sema
