using FsCheck;
using FsCheck.Fluent;
using Microsoft.FSharp.Core;

namespace BearerTools.Fuzz;

/// <summary>A parser returns a value, nothing, or an error of this module, and takes little time and memory, whatever it reads.</summary>
public sealed class ParserTests : IClassFixture<SeedReport>
{
    /// <summary>Inputs that are generated from nothing find less than mutants do.</summary>
    private const int MutantsForEachGenerated = 4;

    public static IEnumerable<object[]> Parsers => AllTargets.Names;

    [Theory]
    [MemberData(nameof(Parsers))]
    public void Mutants_of_what_servers_send_are_read_or_refused(string parser)
    {
        var target = AllTargets.Named(parser);
        for (var number = 0; number < FuzzSettings.Runs; number++)
        {
            var fault = Trial.Fault(target, Mutants.Of(target.Kind, FuzzSettings.Seed, number));
            Assert.True(fault is null, $"{fault}{Environment.NewLine}Mutant {number} with {FuzzSettings.SeedVariable}={FuzzSettings.Seed}.");
        }
    }

    [Theory]
    [MemberData(nameof(Parsers))]
    public void Any_text_is_read_or_refused(string parser)
    {
        var target = AllTargets.Named(parser);
        var replay = new Replay(new Rnd((ulong)FuzzSettings.Seed, 1), FSharpOption<int>.None);
        var config = Config.QuickThrowOnFailure
            .WithMaxTest(Math.Max(1, FuzzSettings.Runs / MutantsForEachGenerated))
            .WithQuietOnSuccess(true)
            .WithReplay(FSharpOption<Replay>.Some(replay));
        var texts = ArbMap.Default.ArbFor<string>().Filter(text => text is not null);
        Check.One(config, Prop.ForAll(texts, text => Assert.Null(Trial.Fault(target, text))));
    }

    [Theory]
    [MemberData(nameof(Parsers))]
    public void What_was_found_before_is_read_or_refused(string parser)
    {
        var target = AllTargets.Named(parser);
        Assert.All(Corpus.Of(parser), input => Assert.Null(Trial.Fault(target, input)));
    }

    [Fact]
    public void Every_file_of_the_corpus_belongs_to_a_parser() => Assert.All(Corpus.Names, name => Assert.NotNull(AllTargets.Named(name)));

    [Fact]
    public void A_parser_that_throws_another_error_is_found()
    {
        var careless = new Target("careless", "number", text => _ = int.Parse(text, System.Globalization.CultureInfo.InvariantCulture));

        Assert.Contains(Enumerable.Range(0, 100), number => Trial.Fault(careless, Mutants.Of(careless.Kind, 1, number)) is not null);
    }
}
