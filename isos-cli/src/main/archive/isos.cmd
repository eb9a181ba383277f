@echo off
rem Starts Isos from the archive; needs a Java 17 or newer and nothing else.
rem   JAVA_HOME        the Java to use (default: the java on the PATH)
rem   ISOS_JAVA_OPTS   further options for the JVM, e.g. -Xmx8g
setlocal
set "ISOS_JAVA=java"
if defined JAVA_HOME set "ISOS_JAVA=%JAVA_HOME%\bin\java"
"%ISOS_JAVA%" -Xmx3g -XX:+UseParallelGC %ISOS_JAVA_OPTS% -cp "%~dp0..\lib\*" dev.isos.cli.Main %*
exit /b %ERRORLEVEL%
