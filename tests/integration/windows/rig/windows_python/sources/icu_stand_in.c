/* icuuc.dll as far as Qt links it: Windows has the library since version 1703, Wine 8 has none. It knows no
   converter, so Qt has its own encodings only (UTF-8, UTF-16, Latin-1). For this rig only. */
#define EXPORTED __declspec(dllexport)
#define UNSUPPORTED 16 /* U_UNSUPPORTED_ERROR */

EXPORTED void *ucnv_open(const char *name, int *error) { *error = UNSUPPORTED; return 0; }
EXPORTED void ucnv_close(void *converter) {}
EXPORTED void ucnv_reset(void *converter) {}
EXPORTED int ucnv_countAvailable(void) { return 0; }
EXPORTED const char *ucnv_getAvailableName(int number) { return 0; }
EXPORTED const char *ucnv_getStandardName(const char *name, const char *standard, int *error) { return 0; }
EXPORTED const char *ucnv_getName(const void *converter, int *error) { return 0; }
EXPORTED signed char ucnv_getMaxCharSize(const void *converter) { return 1; }
EXPORTED int ucnv_fromUCountPending(const void *converter, int *error) { return 0; }
EXPORTED int ucnv_toUCountPending(const void *converter, int *error) { return 0; }
/* Never called without a converter; what they take does not matter then. */
EXPORTED void ucnv_fromUnicode(void) {}
EXPORTED void ucnv_toUnicode(void) {}
EXPORTED void ucnv_getFromUCallBack(void) {}
EXPORTED void ucnv_getToUCallBack(void) {}
EXPORTED void ucnv_setFromUCallBack(void) {}
EXPORTED void ucnv_setToUCallBack(void) {}
EXPORTED void ucnv_cbFromUWriteUChars(void) {}
EXPORTED void ucnv_cbToUWriteUChars(void) {}
EXPORTED void UCNV_FROM_U_CALLBACK_SUBSTITUTE(void) {}
EXPORTED void UCNV_TO_U_CALLBACK_SUBSTITUTE(void) {}
