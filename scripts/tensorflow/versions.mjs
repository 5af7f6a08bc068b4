/** What is put together, and what it is known to work with. */
export const TFJS_NODE = '4.22.0'
export const NODE_API_HEADERS = '1.9.0'
/** The wheel; any version with libtensorflow_cc.so.2 should do, this one was tried. */
export const TENSORFLOW = '2.21.0'
/** Which of its wheels; the libraries inside do not depend on Python. */
export const WHEEL_PYTHON = '3.11'
/** The highest Node-API version the package knows: its loader looks in lib/napi-v8. */
export const NODE_API = 8
/** The oldest C library that the wheel supports. */
export const GLIBC = [2, 27]
export const LIBRARIES = ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2']
