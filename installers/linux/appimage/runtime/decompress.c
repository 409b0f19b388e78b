/* Stands in for squashfuse's own table of decompressors: our image is compressed by zstd, so no other library is
 * linked. (LZO would also bring another licence.) */

#include <zstd.h>

#include "squashfuse/squashfuse.h"

static sqfs_err decompress(void *in, size_t in_size, void *out, size_t *out_size)
{
	size_t size = ZSTD_decompress(out, *out_size, in, in_size);

	if (ZSTD_isError(size))
		return SQFS_ERR;
	*out_size = size;
	return SQFS_OK;
}

sqfs_decompressor sqfs_decompressor_get(sqfs_compression_type type)
{
	return type == ZSTD_COMPRESSION ? decompress : NULL;
}

/* Used in a message about an image that can't be read. */
char *sqfs_compression_name(sqfs_compression_type type)
{
	static char name[] = "zstd";

	return type == ZSTD_COMPRESSION ? name : NULL;
}

void sqfs_compression_supported(sqfs_compression_type *types)
{
	types[0] = ZSTD_COMPRESSION;
}
