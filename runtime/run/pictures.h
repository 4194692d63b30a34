// Values as pictures.
#pragma once
#include "runtime/core/value.h"
#include "runtime/report/report.h"
#include <optional>

namespace gms::runtime {

/// Whether values of this type are shown as pictures: images, masks, u8 [h, w, 3], records that hold one, lists of these.
bool isPictured(const HostType &type);

/// One picture: an image in its range as 0..1, a mask in colours, a record's first image with its boxes drawn in and its
/// captions. Nothing where the value has no extent.
std::optional<Picture> pictureOf(const Value &value, const HostType &type, const ValuePrinter &printer);

/// What was drawn for a value, by the last part of each draw's place.
std::vector<NamedValue> drawnFor(const Value &value, const ValuePrinter &printer);

/// Pictures in rows and columns: a list with two variables by its shape, a nested list by its nesting, a plain list
/// wrapped. `title` names them.
PictureGrid gridOf(const Value &value, const HostType &type, const std::string &title, const ValuePrinter &printer);

} // namespace gms::runtime
