# Isos with a Java runtime:  docker build -t isos .  &&  docker run --rm isos run -w resnet50-96 -a isosceles
# Files of yours:            docker run --rm -v "$PWD":/work isos run -w model.onnx -a isosceles
FROM maven:3.9-eclipse-temurin-17 AS build
WORKDIR /src
COPY . .
RUN mvn -B -q -Prelease -Dmaven.test.skip=true -Dspotless.check.skip=true -pl isos-cli -am package \
 && mkdir /isos && tar -xzf isos-cli/target/isos-cli-*-archive.tar.gz -C /isos --strip-components=1

FROM eclipse-temurin:17-jre
COPY --from=build /isos /opt/isos
RUN useradd --create-home isos
USER isos
WORKDIR /work
ENTRYPOINT ["/opt/isos/bin/isos"]
