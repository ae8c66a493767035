using System.Diagnostics;
using BearerTools.Diagnostics;
using BearerTools.Grants;
using BearerTools.Grants.References;
using BearerTools.Tests.Support;

namespace BearerTools.Tests.Grants;

/// <summary>Secrets that a program writes, with real programs.</summary>
public sealed class CommandSecretTests
{
    [Theory]
    [InlineData("pass show contoso/ops", new[] { "pass", "show", "contoso/ops" })]
    [InlineData("  a \t b  ", new[] { "a", "b" })]
    [InlineData("a \"b c\" 'd e'", new[] { "a", "b c", "d e" })]
    [InlineData("a b\" \"c '' \"\"", new[] { "a", "b c", "", "" })]
    [InlineData(@"a ""say \""hi\"" \\ \n"" '\""'", new[] { "a", @"say ""hi"" \ \n", @"\""" })]
    [InlineData(@"C:\tools\get.exe $HOME *.txt | more > out", new[] { @"C:\tools\get.exe", "$HOME", "*.txt", "|", "more", ">", "out" })]
    [InlineData("", new string[0])]
    public void A_command_line_is_split_without_a_shell(string text, string[] parts) => Assert.Equal(parts, ArgumentText.Split(text));

    [Theory]
    [InlineData("a \"b")]
    [InlineData("a 'b")]
    [InlineData("a \"b\\\"")]
    public void An_open_quotation_mark_is_an_error_that_does_not_repeat_the_command(string text)
    {
        Assert.Null(ArgumentText.Split(text));
        var error = Assert.Throws<BearerTokenException>(() => SecretReference.Parse($"command:{text} canary"));

        Assert.Equal("InvalidSecretReference", error.ErrorId);
        Assert.DoesNotContain("canary", error.Message, StringComparison.Ordinal);
    }

    [UnixFact]
    public async Task The_output_of_a_program_is_the_secret_without_its_last_line_break()
    {
        var secret = Guid.NewGuid().ToString("N");
        var reference = SecretReference.Parse($"command:printf '%s\\n' '{secret} \"$HOME\" *'");
        await reference.LoadAsync(EventSink.None, default);

        Assert.Equal($"{secret} \"$HOME\" *", reference.Read().Reveal());
        Assert.Null(reference.Immediate);
        Assert.Equal("command:printf", reference.Shown);
    }

    [UnixTheory]
    [InlineData("true", "wrote nothing.")]
    [InlineData("echo", "wrote nothing.")]
    [InlineData("sh -c 'echo no such entry >&2'", "wrote nothing but an error message: no such entry")]
    [InlineData("echo password=", "wrote an empty password.")]
    public async Task A_program_that_gives_no_secret_is_an_error_that_says_what_it_wrote(string command, string what)
    {
        var error = await Assert.ThrowsAsync<BearerTokenException>(() => new CommandSecret(command).ReadAsync(EventSink.None, default));

        Assert.Equal("SecretEmpty", error.ErrorId);
        Assert.Contains(what, error.Message, StringComparison.Ordinal);
    }

    [UnixTheory]
    [InlineData("protocol=https\\nhost=contoso.com\\nusername=ops\\npassword=#\\n\\n", "#")]
    [InlineData("password=#=a\\r\\n", "#=a")]
    [InlineData("# password=x\\n", "# password=x")]
    [InlineData("username=ops\\n", "username=ops")]
    public async Task The_attributes_of_a_git_credential_helper_are_understood(string output, string expected)
    {
        var secret = Guid.NewGuid().ToString("N");
        var read = await new CommandSecret($"printf '{output.Replace("#", secret, StringComparison.Ordinal)}'").ReadAsync(EventSink.None, default);

        Assert.Equal(expected.Replace("#", secret, StringComparison.Ordinal), read.Reveal().TrimEnd('\n'));
    }

    [UnixFact]
    public async Task An_error_quotes_what_the_program_said_and_not_the_secret_that_it_wrote()
    {
        var secret = Guid.NewGuid().ToString("N");
        var error = await FailsAsync($"sh -c 'echo {secret}; echo the vault is locked {secret} >&2; exit 3'");

        Assert.Equal("SecretUnreadable", error.ErrorId);
        Assert.Contains("ended with code 3: the vault is locked", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(secret, error.ToString(), StringComparison.Ordinal);
    }

    [UnixFact]
    public async Task A_program_that_hangs_is_stopped_with_all_it_has_started()
    {
        using var folder = new TestFolder();
        var mark = folder.At("child");
        var clock = Stopwatch.StartNew();
        var error = await FailsAsync($"sh -c 'sleep 60 & echo $! > \"{mark}\"; wait'", TimeSpan.FromSeconds(1));

        Assert.Equal("SecretTimeout", error.ErrorId);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(8), $"It took {clock.Elapsed}.");
        await EndedAsync(int.Parse(await File.ReadAllTextAsync(mark), null));
    }

    [UnixFact]
    public async Task A_stop_ends_the_program()
    {
        using var folder = new TestFolder();
        var mark = folder.At("child");
        using var stop = new CancellationTokenSource();
        var reading = new CommandSecret($"sh -c 'echo $$ > \"{mark}\"; exec sleep 60'").ReadAsync(EventSink.None, stop.Token);
        while (!File.Exists(mark) || new FileInfo(mark).Length == 0) await Task.Delay(10);
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading.Soon());
        await EndedAsync(int.Parse(await File.ReadAllTextAsync(mark), null));
    }

    [UnixFact]
    public async Task A_program_that_writes_without_end_is_stopped()
    {
        var error = await FailsAsync("yes secret");

        Assert.Contains("more than 1 MiB", error.Message, StringComparison.Ordinal);
    }

    [UnixFact]
    public async Task A_flood_of_messages_does_not_block_the_program()
    {
        var secret = Guid.NewGuid().ToString("N");
        var read = await new CommandSecret($"sh -c 'head -c 1000000 /dev/zero >&2; echo {secret}'").ReadAsync(EventSink.None, default);

        Assert.Equal(secret, read.Reveal().Trim());
    }

    [UnixFact]
    public async Task A_program_left_in_the_background_is_not_waited_for()
    {
        var secret = Guid.NewGuid().ToString("N");
        var clock = Stopwatch.StartNew();
        var read = await new CommandSecret($"sh -c 'sleep 20 & echo {secret}'").ReadAsync(EventSink.None, default);

        Assert.Equal(secret, read.Reveal().Trim());
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(8), $"It took {clock.Elapsed}.");
    }

    [Theory]
    [InlineData("no-such-program-bearertools")]
    [InlineData("./relative")]
    [InlineData("/no/such/program")]
    public async Task A_missing_program_is_an_error_that_names_it(string program)
    {
        var error = await FailsAsync($"{program} canary");

        Assert.Equal("SecretNotFound", error.ErrorId);
        Assert.Contains(program, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", error.Message, StringComparison.Ordinal);
    }

    private static Task<BearerTokenException> FailsAsync(string commandLine, TimeSpan? limit = null) =>
        Assert.ThrowsAsync<BearerTokenException>(() => new CommandSecret(commandLine, limit).ReadAsync(EventSink.None, default));

    private static async Task EndedAsync(int process)
    {
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < TimeSpan.FromSeconds(5); await Task.Delay(20))
        {
            try
            {
                if ((await File.ReadAllTextAsync($"/proc/{process}/stat")).Contains(") Z ", StringComparison.Ordinal)) return;
            }
            catch (IOException)
            {
                // It has ended, perhaps between the opening of the file and the reading.
                return;
            }
        }

        Assert.Fail($"Process {process} still runs.");
    }
}
