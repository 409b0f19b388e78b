cask "@PROGRAM@" do
  arch arm: "arm64", intel: "x86_64"

  version "@VERSION@"
  sha256 arm:   "@MACOS_ARM64_SHA256@",
         intel: "@MACOS_X86_64_SHA256@"

  url "@HOMEPAGE@/releases/download/v#{version}/@PROGRAM@-#{version}-macos-#{arch}.dmg"
  name "@NAME@"
  desc "@SUMMARY@"
  homepage "@HOMEPAGE@"

  depends_on macos: ">= :@MINIMUM_MACOS_NAME@"

  app "@NAME@.app"
  binary "#{appdir}/@NAME@.app/Contents/MacOS/@PROGRAM@"

  uninstall quit:      "@IDENTIFIER@",
            launchctl: "@IDENTIFIER@",
            delete:    "~/Library/LaunchAgents/@IDENTIFIER@.plist"
end
