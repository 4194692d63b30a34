#include "runtime/core/interrupt.h"
#include "runtime/core/test_folder.h"
#include "runtime/data/read_image.h"
#include "runtime/data/test_images.h"
#include <atomic>
#include <csignal>
#include <gtest/gtest.h>
#include <sys/stat.h>

namespace gms::runtime {
namespace {

Bytes onePng(uint8_t value) { return encodeTestPng({.rows = {value, value, value}}); }

class ReadImage : public testing::Test {
protected:
  TemporaryFolder folder;
  ThreadPool pool{3};

  ErrorKind kindOf(const std::string &name) {
    return kindThrownBy([&] { readImage(folder.at(name)); });
  }
  ImageSet readAll(const ReadOptions &options = {}) {
    return readImages(folder.path.string(), options, pool, 3);
  }
};

TEST_F(ReadImage, GoesByTheFirstBytesNotTheName) {
  writeBytes(folder.at("a.jpg"), onePng(5));
  writeBytes(folder.at("b.png"), encodeTestJpeg({.pixels = {9, 9, 9}}));
  EXPECT_EQ(readImage(folder.at("a.jpg")).elementsAs<uint8_t>()[0], 5);
  EXPECT_EQ(readImage(folder.at("b.png")).elementsAs<uint8_t>()[0], 9);
}

TEST_F(ReadImage, TellsWhatAFileIs) {
  auto saying = [&](Bytes bytes) { return messageThrownBy([&] { decodeImage(bytes, "a.png"); }); };
  EXPECT_EQ(kindThrownBy([] { decodeImage(Bytes{1, 2, 3}, "a.png"); }), ErrorKind::NotAnImage);
  EXPECT_EQ(saying({'G', 'I', 'F', '8', '9', 'a'}),
            "a.png is not an image that can be read: it is a GIF; expected PNG or JPEG");
  EXPECT_NE(saying({'R', 'I', 'F', 'F', 0, 0, 0, 0, 'W', 'E', 'B', 'P'}).find("a WebP"), std::string::npos);
  EXPECT_NE(saying({'h', 'e', 'l', 'l', 'o', '\n', '1', '2', '3'}).find("it is a text"), std::string::npos);
  EXPECT_NE(saying({0, 1, 2, 3, 4, 5, 6, 7, 8}).find("of an unknown format"), std::string::npos);
}

TEST_F(ReadImage, TellsWhyAFileCannotBeRead) {
  writeBytes(folder.at("empty.png"), {});
  std::filesystem::create_directory(folder.at("folder.png"));
  mkfifo(folder.at("pipe.png").c_str(), 0600);
  std::filesystem::create_symlink("nowhere", folder.at("link.png"));
  EXPECT_EQ(kindOf("empty.png"), ErrorKind::FileEmpty);
  EXPECT_EQ(kindOf("folder.png"), ErrorKind::FileUnreadable);
  EXPECT_EQ(kindOf("pipe.png"), ErrorKind::FileUnreadable);
  EXPECT_EQ(kindOf("link.png"), ErrorKind::FileUnreadable);
  EXPECT_EQ(kindThrownBy([] { readImage("/dev/zero"); }), ErrorKind::FileUnreadable);
  writeBytes(folder.at("large.png"), Bytes(2000));
  ReadLimits limits;
  limits.fileBytes = 1999;
  EXPECT_EQ(kindThrownBy([&] { readImage(folder.at("large.png"), limits); }), ErrorKind::FileTooLarge);
}

TEST_F(ReadImage, ReadsAFolderInOrder) {
  for (int i = 0; i < 40; ++i)
    writeBytes(folder.at("image" + std::to_string(100 + i) + ".png"), onePng(static_cast<uint8_t>(i)));
  std::atomic<int> told{0};
  ReadOptions options;
  options.onFile = [&] { ++told; };
  ImageSet set = readAll(options);
  ASSERT_EQ(set.images.size(), 40u);
  EXPECT_EQ(told, 40);
  for (size_t i = 0; i < 40; ++i) {
    EXPECT_EQ(set.images[i].pixels.elementsAs<uint8_t>()[0], i);
    EXPECT_EQ(set.images[i].identity, identityOf(set.images[i].name));
  }
}

TEST_F(ReadImage, BadFilesStopOrAreListed) {
  for (int i = 0; i < 20; ++i)
    writeBytes(folder.at("image" + std::to_string(100 + i) + ".png"), onePng(1));
  Bytes cut = onePng(1);
  cut.resize(cut.size() - 5);
  writeBytes(folder.at("image107.png"), cut);
  writeBytes(folder.at("image112.png"), {});
  for (int repeat = 0; repeat < 10; ++repeat)
    EXPECT_EQ(kindThrownBy([&] { readAll(); }), ErrorKind::ImageTruncated);
  ReadOptions options;
  options.badFiles = BadFilePolicy::Skip;
  ImageSet set = readAll(options);
  EXPECT_EQ(set.images.size(), 18u);
  ASSERT_EQ(set.skipped.size(), 2u);
  EXPECT_EQ(set.skipped[0].name, "image107.png");
  EXPECT_EQ(set.skipped[0].code, "E0648");
  EXPECT_EQ(set.skipped[1].code, "E0645");
}

TEST_F(ReadImage, AFolderOfBadFilesIsAnError) {
  writeBytes(folder.at("a.png"), {});
  ReadOptions options;
  options.badFiles = BadFilePolicy::Skip;
  EXPECT_EQ(kindThrownBy([&] { readAll(options); }), ErrorKind::NoImageReadable);
}

TEST_F(ReadImage, TheMemoryOfAllImagesIsLimited) {
  for (int i = 0; i < 10; ++i)
    writeBytes(folder.at(std::to_string(i) + ".png"), onePng(1));
  ReadOptions options;
  options.limits.decodedBytes = 29;
  EXPECT_EQ(kindThrownBy([&] { readAll(options); }), ErrorKind::ImagesTooLarge);
  options.limits.decodedBytes = 30;
  EXPECT_EQ(readAll(options).images.size(), 10u);
}

TEST_F(ReadImage, StopsWhenAsked) {
  for (int i = 0; i < 10; ++i)
    writeBytes(folder.at(std::to_string(i) + ".png"), onePng(1));
  ReadOptions options;
  options.onFile = [] { std::raise(SIGINT); };
  ThreadPool one(1);
  auto read = [&] {
    InterruptGuard guard;
    readImages(folder.path.string(), options, one, 1);
  };
  EXPECT_EQ(kindThrownBy(read), ErrorKind::Interrupted);
  EXPECT_EQ(messageThrownBy(read), "stopped on request after 1 of 10 images read; what was written is whole");
}

} // namespace
} // namespace gms::runtime
