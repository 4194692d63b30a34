#include "runtime/run/pictures.h"
#include <algorithm>
#include <cmath>
#include <map>

namespace gms::runtime {
namespace {

// The mean and deviation of ImageNet's channels, of range `imagenet`.
constexpr double imagenetMean[] = {0.485, 0.456, 0.406};
constexpr double imagenetDeviation[] = {0.229, 0.224, 0.225};

/// Colours that tell labels apart; label 0 is the background.
constexpr uint8_t labelColours[][3] = {{20, 20, 24},   {230, 85, 60},  {60, 140, 220}, {90, 180, 90}, {240, 190, 60},
                                       {150, 90, 190}, {70, 190, 190}, {230, 120, 170}, {160, 120, 80}};

bool isImage(const HostType &type) {
  return type.kind == HostKind::Tensor &&
         (type.role == "image" || type.role == "mask" || (type.element == GMS_U8 && type.rank == 3));
}

double elementOf(const Tensor &tensor, int64_t at) {
  const size_t i = static_cast<size_t>(at);
  switch (tensor.type()) {
  case GMS_F32:
    return tensor.elementsAs<float>()[i];
  case GMS_F64:
    return tensor.elementsAs<double>()[i];
  case GMS_I64:
    return static_cast<double>(tensor.elementsAs<int64_t>()[i]);
  default:
    return static_cast<const uint8_t *>(tensor.raw())[i];
  }
}

/// [c, h, w] in its range, as u8 [h, w, 3].
Tensor imagePixels(const Tensor &tensor, HostRange range) {
  const int64_t c = tensor.extent(0), h = tensor.extent(1), w = tensor.extent(2);
  Tensor out = Tensor::make(GMS_U8, {h, w, 3});
  auto pixels = out.elementsAs<uint8_t>();
  for (int64_t k = 0; k < 3; ++k) {
    const int64_t channel = std::min(k, c - 1);
    for (int64_t i = 0; i < h * w; ++i) {
      double value = elementOf(tensor, channel * h * w + i);
      if (range == HostRange::Signed)
        value = (value + 1) / 2;
      else if (range == HostRange::Imagenet)
        value = value * imagenetDeviation[k] + imagenetMean[k];
      value = std::isnan(value) ? 0 : std::clamp(value, 0.0, 1.0);
      pixels[static_cast<size_t>(i * 3 + k)] = static_cast<uint8_t>(value * 255 + 0.5);
    }
  }
  return out;
}

/// Labels [h, w], or one mask an object [o, h, w], in colours.
Tensor maskPixels(const Tensor &tensor) {
  const bool many = tensor.rank() == 3;
  const int64_t objects = many ? tensor.extent(0) : 1;
  const int64_t h = tensor.extent(many ? 1 : 0), w = tensor.extent(many ? 2 : 1);
  Tensor out = Tensor::make(GMS_U8, {h, w, 3});
  auto pixels = out.elementsAs<uint8_t>();
  for (int64_t i = 0; i < h * w; ++i) {
    int64_t label = 0;
    for (int64_t o = 0; o < objects; ++o)
      if (const double value = elementOf(tensor, o * h * w + i); value != 0)
        label = many ? o + 1 : static_cast<int64_t>(value);
    const size_t colour = label == 0 ? 0 : 1 + static_cast<size_t>(std::abs(label) - 1) % (std::size(labelColours) - 1);
    for (size_t k = 0; k < 3; ++k)
      pixels[static_cast<size_t>(i) * 3 + k] = labelColours[colour][k];
  }
  return out;
}

Tensor pixelsOf(const Tensor &tensor, const HostType &type) {
  if (type.role == "image" && tensor.rank() == 3)
    return imagePixels(tensor, type.range);
  if (type.role == "mask" && (tensor.rank() == 2 || tensor.rank() == 3))
    return maskPixels(tensor);
  return tensor;
}

/// Boxes are top, left, bottom, right in pixels.
void drawBoxes(Tensor &picture, const Tensor &boxes) {
  const int64_t h = picture.extent(0), w = picture.extent(1);
  auto pixels = picture.elementsAs<uint8_t>();
  const auto dot = [&](int64_t y, int64_t x, const uint8_t *colour) {
    if (y >= 0 && y < h && x >= 0 && x < w)
      std::copy(colour, colour + 3, &pixels[static_cast<size_t>((y * w + x) * 3)]);
  };
  const int64_t thick = std::max<int64_t>(1, std::min(h, w) / 160);
  for (int64_t b = 0; b < boxes.extent(0); ++b) {
    const uint8_t *colour = labelColours[1 + static_cast<size_t>(b) % (std::size(labelColours) - 1)];
    int64_t edge[4];
    for (int64_t k = 0; k < 4; ++k)
      edge[k] = static_cast<int64_t>(std::clamp(elementOf(boxes, b * 4 + k), -1e6, 1e6));
    for (int64_t t = 0; t < thick; ++t) {
      for (int64_t x = std::max<int64_t>(0, edge[1]); x < std::min(w, edge[3]); ++x)
        dot(edge[0] + t, x, colour), dot(edge[2] - 1 - t, x, colour);
      for (int64_t y = std::max<int64_t>(0, edge[0]); y < std::min(h, edge[2]); ++y)
        dot(y, edge[1] + t, colour), dot(y, edge[3] - 1 - t, colour);
    }
  }
}

} // namespace

bool isPictured(const HostType &type) {
  if (type.kind == HostKind::List)
    return isPictured(*type.items[0]);
  if (type.kind == HostKind::Record || type.kind == HostKind::Tuple)
    return std::any_of(type.items.begin(), type.items.end(), [](const HostTypeRef &item) { return isImage(*item); });
  return isImage(type);
}

/// Whether the arms that a draw stands in were taken, and its value is known.
bool wasDrawn(const DrawnNames &names, const std::vector<double> &values, size_t at) {
  const auto taken = [&](const DrawnArm &arm) {
    const auto choice = std::find(names.places.begin(), names.places.end(), arm.choice) - names.places.begin();
    return static_cast<size_t>(choice) >= values.size() || values[static_cast<size_t>(choice)] == static_cast<double>(arm.number);
  };
  return !std::isnan(values[at]) && (at >= names.arms.size() || std::all_of(names.arms[at].begin(), names.arms[at].end(), taken));
}

std::vector<NamedValue> drawnFor(const Value &value, const ValuePrinter &printer) {
  std::vector<NamedValue> drawn;
  if (!value.notes || !value.notes->drawn)
    return drawn;
  const DrawnNames &names = *value.notes->drawn;
  const auto lastPart = [](const std::string &place) { return place.substr(place.rfind('/') + 1); };
  std::map<std::string, int> count;
  for (const std::string &place : names.places)
    ++count[lastPart(place)];
  for (size_t i = 0; i < names.places.size() && i < value.notes->values.size(); ++i) {
    if (!wasDrawn(names, value.notes->values, i))
      continue;
    const std::string last = lastPart(names.places[i]);
    const auto [text, unit] = printer.number(value.notes->values[i], names.types[i], names.units[i]);
    drawn.push_back({count[last] > 1 ? names.places[i].substr(names.places[i].find('/') + 1) : last, text, unit});
  }
  return drawn;
}

std::optional<Picture> pictureOf(const Value &value, const HostType &type, const ValuePrinter &printer) {
  Picture picture;
  picture.drawn = drawnFor(value, printer);
  if (type.kind == HostKind::Tensor) {
    if (value.tensor().elements() == 0)
      return std::nullopt;
    picture.pixels = pixelsOf(value.tensor(), type);
    return picture;
  }
  const std::vector<Value> &fields = value.items();
  for (size_t i = 0; i < type.items.size(); ++i)
    if (!picture.pixels.defined() && isImage(*type.items[i]) && fields[i].tensor().elements())
      picture.pixels = pixelsOf(fields[i].tensor(), *type.items[i]);
  if (!picture.pixels.defined())
    return std::nullopt;
  for (size_t i = 0; i < type.items.size(); ++i)
    if (type.items[i]->role == "boxes" && picture.pixels.rank() == 3 && picture.pixels.type() == GMS_U8) {
      picture.pixels = picture.pixels.clone();
      drawBoxes(picture.pixels, fields[i].tensor());
    }
  return picture;
}

PictureGrid gridOf(const Value &value, const HostType &type, const std::string &title, const ValuePrinter &printer) {
  PictureGrid grid;
  grid.title = title;
  const auto add = [&](PictureRow &row, const Value &item, const HostType &itemType) {
    if (auto picture = pictureOf(item, itemType, printer))
      row.pictures.push_back(std::move(*picture));
  };
  if (type.kind != HostKind::List) {
    PictureRow row{value.notes ? value.notes->name : "", {}};
    add(row, value, type);
    grid.rows.push_back(std::move(row));
    return grid;
  }
  const HostType &item = *type.items[0];
  const std::vector<Value> &items = value.items();
  if (item.kind == HostKind::List) {
    for (const Value &inner : items) {
      PictureRow row{inner.notes ? inner.notes->name : "", {}};
      for (const Value &each : inner.items())
        add(row, each, *item.items[0]);
      grid.rows.push_back(std::move(row));
    }
    return grid;
  }
  const auto &shape = std::get<Value::List>(value.data).shape;
  const bool table = shape && shape->extents.size() >= 2 && shape->extents[0] > 0;
  const size_t columns = table ? items.size() / static_cast<size_t>(shape->extents[0])
                               : std::min<size_t>(6, std::max<size_t>(1, items.size()));
  for (size_t first = 0; columns && first < items.size(); first += columns) {
    PictureRow row;
    if (table && first / columns < shape->rows.size())
      row.name = shape->rows[first / columns];
    for (size_t i = first; i < std::min(items.size(), first + columns); ++i)
      add(row, items[i], item);
    if (!table && columns == 1 && items[first].notes)
      row.name = items[first].notes->name;
    grid.rows.push_back(std::move(row));
  }
  return grid;
}

} // namespace gms::runtime
