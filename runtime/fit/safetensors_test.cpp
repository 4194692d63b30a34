#include "runtime/fit/safetensors.h"
#include "runtime/core/error.h"
#include "runtime/core/test_folder.h"
#include <cstring>
#include <fstream>
#include <gtest/gtest.h>

using namespace gms::runtime;

namespace {

std::string bytesOf(const std::string &path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void put(const std::string &path, const std::string &header, const std::string &data) {
  const uint64_t length = header.size();
  std::string text(reinterpret_cast<const char *>(&length), sizeof length);
  std::ofstream(path, std::ios::binary) << text + header + data;
}

ErrorKind kindOf(const std::string &path) {
  try {
    readSafetensors(path);
  } catch (const Error &error) {
    return error.kind();
  }
  return {};
}

TEST(Safetensors, ReadsWhatItWrites) {
  const TemporaryFolder folder;
  Tensor weight = Tensor::make(GMS_F64, {2, 3}), bias = Tensor::make(GMS_F32, {1}), scalar = Tensor::make(GMS_I64, {});
  for (size_t i = 0; i < 6; ++i)
    weight.elementsAs<double>()[i] = 0.1 * static_cast<double>(i);
  bias.elementsAs<float>()[0] = -3;
  scalar.elementsAs<int64_t>()[0] = 7;
  const std::string path = folder.at("w.safetensors");
  writeSafetensors(path, {{"conv.weight", weight}, {"conv.bias", bias}, {"steps", scalar}}, {{"loss", "0.5"}});
  const Safetensors read = readSafetensors(path);
  ASSERT_EQ(read.tensors.size(), 3u);
  EXPECT_EQ(read.notes.at("loss"), "0.5");
  EXPECT_EQ(read.get("conv.weight", GMS_F64, weight.shape()).elementsAs<double>()[5], 0.5);
  EXPECT_EQ(read.get("conv.bias", GMS_F32, bias.shape()).elementsAs<float>()[0], -3);
  EXPECT_EQ(read.get("steps", GMS_I64, scalar.shape()).elementsAs<int64_t>()[0], 7);
  EXPECT_THROW(read.get("conv.weight", GMS_F32, weight.shape()), Error);
  EXPECT_THROW(read.get("conv.weight", GMS_F64, bias.shape()), Error);
  EXPECT_THROW(read.get("conv.wieght", GMS_F64, weight.shape()), Error);
}

TEST(Safetensors, HeaderIsAsTheFormatSays) {
  const TemporaryFolder folder;
  writeSafetensors(folder.at("w"), {{"a", Tensor::zeros(GMS_F32, {2})}});
  const std::string text = bytesOf(folder.at("w")), header = R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})";
  uint64_t length;
  std::memcpy(&length, text.data(), sizeof length);
  EXPECT_EQ(length % 8, 0u);
  EXPECT_EQ(text.substr(8, header.size()), header);
  EXPECT_EQ(text.size(), 8 + length + 8);
}

TEST(Safetensors, RefusesWhatDoesNotFit) {
  const TemporaryFolder folder;
  const std::string path = folder.at("bad");
  std::ofstream(path) << "short";
  EXPECT_EQ(kindOf(path), ErrorKind::WeightsUnreadable);
  for (const char *header : {R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,9]}})", // beyond the end
                             R"({"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}})", // another shape
                             R"({"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}})",
                             R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}})",
                             R"({"a":{"dtype":"F8","shape":[8],"data_offsets":[0,8]}})", R"({"a":)", R"([1])",
                             R"({"a":{"shape":[2],"data_offsets":[0,8]}})",
                             R"({"a":{"dtype":"F64","shape":[4611686018427387904,4],"data_offsets":[0,8]}})"}) {
    put(path, header, "12345678");
    EXPECT_NE(kindOf(path), ErrorKind{}) << header;
  }
  std::string huge(8, '\xff');
  std::ofstream(path, std::ios::binary) << huge;
  EXPECT_EQ(kindOf(path), ErrorKind::WeightsUnreadable);
  EXPECT_EQ(kindOf(folder.at("absent")), ErrorKind::FileUnreadable);
}

} // namespace
