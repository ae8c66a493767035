using System.Diagnostics;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using BearerTools.Storage.Files;
using BearerTools.Storage.Keys;
using BearerTools.Tests.Support;

namespace BearerTools.Tests.Storage;

/// <summary>The program pass, with a GnuPG key that the test makes. The variables are the process's, so these tests stand in one class.</summary>
[Collection("PATH")]
public sealed class PassProgramTests : IDisposable
{
    private static readonly string[] s_variables = ["GNUPGHOME", "PASSWORD_STORE_DIR", "PATH"];

    private readonly TestFolder _folder = new();
    private readonly string?[] _before = [.. s_variables.Select(Environment.GetEnvironmentVariable)];
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(StoreKey.Length);

    public PassProgramTests() => Environment.SetEnvironmentVariable("PASSWORD_STORE_DIR", _folder.At("store"));

    public void Dispose()
    {
        for (var i = 0; i < s_variables.Length; i++) Environment.SetEnvironmentVariable(s_variables[i], _before[i]);
        _folder.Dispose();
    }

    [ProgramFact("pass", "gpg", "gpgconf")]
    public async Task A_key_is_kept_by_pass_and_read_back()
    {
        // GnuPG's socket needs a short path.
        var home = Directory.CreateTempSubdirectory("g").FullName;
        Environment.SetEnvironmentVariable("GNUPGHOME", home);
        try
        {
            await RunAsync("gpg", "--batch", "--quiet", "--passphrase", "", "--quick-generate-key", "probe@example.com", "default", "default", "never");
            await RunAsync("pass", "init", "probe@example.com");
            var pass = new PassProgram();
            Assert.Null(await pass.ReadAsync(default));

            await pass.WriteAsync(_key, default);

            Assert.Equal(_key, await pass.ReadAsync(default));
            Assert.DoesNotContain(
                Directory.GetFiles(_folder.At("store"), "*", SearchOption.AllDirectories),
                file => File.ReadAllText(file).Contains(Convert.ToBase64String(_key), StringComparison.Ordinal));
        }
        finally
        {
            await RunAsync("gpgconf", "--kill", "gpg-agent");
            Directory.Delete(home, recursive: true);
        }
    }

    [ProgramFact("pass")]
    public async Task A_password_store_that_is_not_set_up_is_an_error()
    {
        var error = await Assert.ThrowsAsync<BearerTokenException>(() => new PassProgram().ReadAsync(default));

        Assert.Equal("StorePassNotSetUp", error.ErrorId);
        Assert.Contains("pass init", error.NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_program_is_an_error()
    {
        Environment.SetEnvironmentVariable("PATH", _folder.At("nothing"));

        Assert.Equal("StorePassMissing", (await Assert.ThrowsAsync<BearerTokenException>(() => new PassProgram().WriteAsync(_key, default))).ErrorId);
    }

    [UnixFact]
    [UnsupportedOSPlatform("windows")]
    public async Task A_program_that_fails_or_hangs_is_an_error_with_its_text_but_not_the_key()
    {
        Directory.CreateDirectory(_folder.At("store/BearerTools"));
        _folder.Write("store/.gpg-id", "probe"u8);
        _folder.Write("store/BearerTools/store-key.gpg", "x"u8);
        var program = _folder.Write("pass", "#!/bin/sh\ncat >&2\n[ \"$1\" = show ] && exec sleep 60\necho 'no secret key' >&2\nexit 2\n"u8);
        _ = new FileInfo(program) { UnixFileMode = UnixFileMode.UserRead | UnixFileMode.UserExecute };
        Environment.SetEnvironmentVariable("PATH", Path.GetDirectoryName(program) + Path.PathSeparator + _before[2]);

        var failed = await Assert.ThrowsAsync<BearerTokenException>(() => new PassProgram().WriteAsync(_key, default));
        var late = await Assert.ThrowsAsync<BearerTokenException>(() => new PassProgram(TimeSpan.FromMilliseconds(200)).ReadAsync(default));

        Assert.Contains("no secret key", failed.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToBase64String(_key), failed.ToString(), StringComparison.Ordinal);
        Assert.Contains("did not end within 0.2 s", late.Message, StringComparison.Ordinal);
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync();
        await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{program}: {await errors}");
    }
}
