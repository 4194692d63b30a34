#include "runtime/core/test_folder.h"
#include "runtime/data/folder.h"
#include "runtime/data/test_images.h"
#include <gtest/gtest.h>
#include <set>

namespace gms::runtime {
namespace {

namespace fs = std::filesystem;

TEST(Folder, ListsImagesBelowItSorted) {
  TemporaryFolder folder;
  fs::create_directories(folder.at("cats/old"));
  fs::create_directories(folder.at(".cache"));
  for (const char *name : {"b.png", "a.JPG", "cats/old/z.jpeg", "cats/c.jfif", "Z.png", "notes.txt", "png",
                           ".cache/x.png", ".hidden.png", "cats-2.png"})
    writeBytes(folder.at(name), {1});
  ImageFolder found = listImages(folder.path.string() + "/");
  std::vector<std::string> names;
  for (const ImageFile &file : found.files) {
    names.push_back(file.name);
    EXPECT_EQ(file.path, folder.at(file.name));
    EXPECT_EQ(file.identity, identityOf(file.name));
  }
  EXPECT_EQ(names, (std::vector<std::string>{"Z.png", "a.JPG", "b.png", "cats-2.png", "cats/c.jfif",
                                             "cats/old/z.jpeg"}));
  EXPECT_EQ(found.otherFiles, 2);
}

TEST(Folder, LinksDoNotLoop) {
  TemporaryFolder folder;
  fs::create_directories(folder.at("a"));
  writeBytes(folder.at("a/x.png"), {1});
  fs::create_directory_symlink(folder.path, folder.at("a/up"));
  fs::create_directory_symlink(folder.at("a"), folder.at("b"));
  ImageFolder found = listImages(folder.path.string());
  ASSERT_EQ(found.files.size(), 1u);
  EXPECT_EQ(found.files[0].name, "a/x.png");
}

TEST(Folder, TellsWhatIsWrong) {
  TemporaryFolder folder;
  EXPECT_EQ(kindThrownBy([&] { listImages(folder.at("none")); }), ErrorKind::FolderMissing);
  EXPECT_EQ(kindThrownBy([&] { listImages(folder.path.string()); }), ErrorKind::FolderWithoutImages);
  writeBytes(folder.at("notes.txt"), {1});
  EXPECT_NE(messageThrownBy([&] { listImages(folder.path.string()); }).find("(it holds one other file)"),
            std::string::npos);
  EXPECT_EQ(kindThrownBy([&] { listImages(folder.at("notes.txt")); }), ErrorKind::NotAFolder);
  EXPECT_EQ(kindThrownBy([&] { listImages(folder.at("notes.txt/x")); }), ErrorKind::FolderMissing);
  EXPECT_EQ(kindThrownBy([&] { listImages(folder.at(std::string(300, 'a'))); }), ErrorKind::FolderUnreadable);
}

// The identity is part of what a seed means: these numbers never change.
TEST(Folder, Identities) {
  EXPECT_EQ(identityOf(""), 0xf52a15e9a9b5e89bu);
  EXPECT_EQ(identityOf("a"), 0x02c0bdbf481420f8u);
  EXPECT_EQ(identityOf("cats/001.png"), 0x4b40f463b25d8d15u);
  std::set<uint64_t> seen;
  for (int i = 0; i < 100000; ++i)
    EXPECT_TRUE(seen.insert(identityOf("image" + std::to_string(i) + ".png")).second);
}

} // namespace
} // namespace gms::runtime
