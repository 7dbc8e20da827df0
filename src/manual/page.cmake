# SPDX-License-Identifier: BSD-2-Clause
# cmake -DPROGRAM= -DCOMMAND= -DSCDOC= -DSOURCE= -DPAGE= -P page.cmake: one manual page, its options
# as the program itself has them.
file(READ "${SOURCE}" text)
if(text MATCHES "@OPTIONS@")
	execute_process(COMMAND "${PROGRAM}" --manual-options "${COMMAND}"
		OUTPUT_VARIABLE options COMMAND_ERROR_IS_FATAL ANY)
	string(STRIP "${options}" options)
	string(REPLACE "@OPTIONS@" "${options}" text "${text}")
endif()
file(WRITE "${PAGE}.scd" "${text}")
execute_process(COMMAND "${SCDOC}" INPUT_FILE "${PAGE}.scd" OUTPUT_FILE "${PAGE}.new"
	COMMAND_ERROR_IS_FATAL ANY)
file(RENAME "${PAGE}.new" "${PAGE}")
