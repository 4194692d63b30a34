/* What `gms build` puts behind a prebuilt runner to make an executable:
 *
 *   runner (ELF) | bundle | trailer, the file's last 32 bytes
 *
 * A bundle begins with the length of its header as 8 bytes, then the header as JSON, then the parts that the header
 * speaks of by offset (from the end of the header) and size:
 *
 *   {"plan": <runtime/abi/plan.md>, "kernels": PART, "gpu": [{"name", "launch": PART, "ptx": {"80": PART}, "cubin": {"90": PART}}]}
 *
 * PART is {"offset", "size"}; "gpu" has an entry for each kernel or none. "kernels" is a shared object with the symbols NAME and NAME_shape of each kernel of the plan. Numbers are little-endian. */
#ifndef GMS_RUNTIME_ABI_BUNDLE_H
#define GMS_RUNTIME_ABI_BUNDLE_H
#include <stdint.h>

#define GMS_BUNDLE_VERSION 1u
#define GMS_BUNDLE_MAGIC "GMSBNDLE"

typedef struct gms_bundle_trailer {
  uint64_t offset; /* of the bundle in the file */
  uint64_t size;   /* of the bundle */
  uint32_t version;
  uint32_t abi;    /* GMS_ABI_VERSION of its kernels */
  char magic[8];
} gms_bundle_trailer;

#endif
