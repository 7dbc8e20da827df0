# SPDX-License-Identifier: BSD-2-Clause
# libnet ships no pkg-config file, only libnet-config. Gives the target Libnet::Libnet.
#
# Of the macros that libnet-config names only HAVE_* are passed on: the headers need those, while
# its _BSD_SOURCE makes glibc warn.
find_program(LIBNET_CONFIG libnet-config)
find_path(LIBNET_INCLUDE_DIR libnet.h)
set(libnet_definitions)
set(libnet_names net)
if(LIBNET_CONFIG)
	execute_process(COMMAND "${LIBNET_CONFIG}" --defines
		OUTPUT_VARIABLE libnet_output OUTPUT_STRIP_TRAILING_WHITESPACE)
	string(REGEX MATCHALL "HAVE_[A-Za-z0-9_=]+" libnet_definitions "${libnet_output}")
	execute_process(COMMAND "${LIBNET_CONFIG}" --libs
		OUTPUT_VARIABLE libnet_output OUTPUT_STRIP_TRAILING_WHITESPACE)
	if(libnet_output MATCHES "-l([A-Za-z0-9_]+)")
		set(libnet_names "${CMAKE_MATCH_1}")
	endif()
endif()
find_library(LIBNET_LIBRARY NAMES ${libnet_names})

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Libnet REQUIRED_VARS LIBNET_LIBRARY LIBNET_INCLUDE_DIR)
mark_as_advanced(LIBNET_CONFIG LIBNET_LIBRARY LIBNET_INCLUDE_DIR)

if(Libnet_FOUND AND NOT TARGET Libnet::Libnet)
	add_library(Libnet::Libnet UNKNOWN IMPORTED GLOBAL)
	set_target_properties(Libnet::Libnet PROPERTIES
		IMPORTED_LOCATION "${LIBNET_LIBRARY}"
		INTERFACE_INCLUDE_DIRECTORIES "${LIBNET_INCLUDE_DIR}"
		INTERFACE_COMPILE_DEFINITIONS "${libnet_definitions}")
endif()
