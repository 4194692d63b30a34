#include "runtime/data/image_externs.h"
#include "runtime/core/error.h"
#include "runtime/core/progress.h"
#include "runtime/data/read_image.h"
#include <algorithm>

namespace gms::runtime {
namespace {

/// "a/cat" of "a/cat.png".
std::string withoutEnding(const std::string &name) { return name.substr(0, name.rfind('.')); }

/// An image as the record that the program declared: fields by name.
Value recordOf(Image &image, const HostType &type) {
  std::vector<Value> fields;
  for (const std::string &field : type.names) {
    if (field == "name")
      fields.emplace_back(withoutEnding(image.name));
    else
      fields.emplace_back(image.pixels);
  }
  Value record = type.kind == HostKind::Tensor ? Value(image.pixels) : Value::group(std::move(fields));
  auto notes = std::make_shared<Notes>();
  notes->name = withoutEnding(image.name);
  notes->identity = image.identity;
  record.notes = std::move(notes);
  return record;
}

Value readImagesOf(ExternContext &context, std::span<const Value> arguments, const HostType &result) {
  if (arguments.empty() || result.kind != HostKind::List)
    throw Error(ErrorKind::BadArgument, {"read_images", "no folder", "the path of a folder"});
  ImageFolder folder = listImages(context.resolve(arguments[0].text()));
  if (arguments.size() > 1 && arguments[1].whole() > 0)
    folder.files.resize(std::min(folder.files.size(), static_cast<size_t>(arguments[1].whole())));
  ReadOptions options;
  options.badFiles = context.skipBadFiles ? BadFilePolicy::Skip : BadFilePolicy::Stop;
  Progress progress("reading", static_cast<int64_t>(folder.files.size()), "images",
                    context.quiet ? ProgressStyle::Silent : ProgressStyle::Automatic);
  options.onFile = [&] { progress.advance(); };
  ImageSet set = readImages(folder, folder.files, options, context.pool, context.threads);
  for (const SkippedFile &file : set.skipped)
    if (context.remarks)
      context.remarks->push_back({file.code, file.reason});
  std::vector<Value> images;
  images.reserve(set.images.size());
  for (Image &image : set.images)
    images.push_back(recordOf(image, *result.items[0]));
  return Value::list(std::move(images));
}

} // namespace

void registerImageExterns(ExternRegistry &registry) { registry.add("read_images", readImagesOf); }

} // namespace gms::runtime
