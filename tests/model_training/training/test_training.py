"""What one training is made of: batches, rates, averages, progress, checkpoints, curves."""

from __future__ import annotations

import errno
import itertools
import os
import shutil
import subprocess

import keras
import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from brainseg_gui.files import atomic
from brainseg_gui.files.errors import WriteError
from model_training.data.examples import Examples
from model_training.data.folds import Folds
from model_training.data.sources import find_examples
from model_training.data.split import Sides, sides_of_run
from model_training.recipes.recipe import Stage
from model_training.runs import checkpoint as checkpoints
from model_training.runs.checkpoint import Checkpoint, load_checkpoint, save_checkpoint, sweep
from model_training.runs.curves import Row, table, write_curves
from model_training.runs.display import Clock, duration
from model_training.runs.event_file import events
from model_training.runs.progress import Progress
from model_training.runs.run_folder import claim, content_of, software
from model_training.training.averaging import AveragingAdamW, averaged_weights, estimate_statistics
from model_training.training.batches import Batches
from model_training.training.schedule import learning_rates
from tests.model_training.run_factory import SMALL, small, write_slices


def make_examples(count=5, size=8):
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (count, size, size, 1)).astype(np.uint8)
    images[:, 0, 0, 0] = np.arange(count)  # which one it is
    names = np.array([str(number) for number in range(count)])
    return Examples(images, images[..., 0], names, names, names)


def leave(images, masks, rng):
    return images, masks


def draw(images, masks, rng):
    return images + rng.random(), masks


def shown(batches):
    """Return the numbers of the slices in the order in which they are shown."""
    firsts = [batches[index][0][:, 0, 0, 0] for index in range(len(batches))]
    return np.concatenate(firsts).tolist()


def test_every_slice_is_shown_in_every_epoch() -> None:
    assert sorted(shown(Batches(make_examples(6), 2, (0, 0, 0), leave))) == list(range(6))


def test_a_last_batch_that_would_be_short_is_filled_up() -> None:
    order = shown(Batches(make_examples(5), 3, (0, 0, 0), leave))
    assert len(order) == 6
    assert set(order) == set(range(5))


def test_a_batch_larger_than_the_data_is_filled_up_too() -> None:
    assert len(shown(Batches(make_examples(2), 5, (0, 0, 0), leave))) == 5


def test_the_same_seed_brings_the_same_batches_in_any_order() -> None:
    one, other = (Batches(make_examples(), 2, (3, 0, 1), draw) for _ in range(2))
    later = [other[index][0] for index in (2, 1, 0)]
    assert all(np.array_equal(one[i][0], later[2 - i]) for i in range(3))


@pytest.mark.parametrize("seed", [(1, 0, 0), (0, 1, 0), (0, 0, 1)])
def test_another_seed_stage_or_epoch_brings_other_batches(seed) -> None:
    first = Batches(make_examples(), 5, (0, 0, 0), draw)[0][0]
    assert not np.array_equal(first, Batches(make_examples(), 5, seed, draw)[0][0])


def rates(stage, steps, warm_up_epochs):
    schedule = learning_rates(stage, steps, warm_up_epochs)
    last = stage.epochs * steps
    return [float(schedule(step)) for step in range(last + 1)]


def test_the_learning_rate_rises_to_its_peak_and_falls_to_its_end() -> None:
    found = rates(Stage(16, 10, 0.01, 0.001), 10, warm_up_epochs=1)
    assert found[0] == pytest.approx(0.0005)
    assert np.argmax(found) == 10
    assert found[10] == pytest.approx(0.01)
    assert found[-1] == pytest.approx(0.001)
    assert all(a > b for a, b in itertools.pairwise(found[10:]))


def test_the_warm_up_of_a_short_stage_is_a_tenth_of_it() -> None:
    assert np.argmax(rates(Stage(16, 2, 0.01), 10, warm_up_epochs=5)) == 2


def compiled(momentum):
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1, use_bias=False)])
    model.compile(AveragingAdamW(0.1, use_ema=momentum > 0, ema_momentum=momentum), "mse")
    return model


def weights_after_each_step(model, steps=4):
    found = []
    for _ in range(steps):
        model.train_on_batch(np.ones((4, 2), np.float32), np.full((4, 1), 5.0, np.float32))
        found.append(model.get_weights()[0])
    return found


def test_averaged_weights_are_the_exponential_average_of_the_course() -> None:
    model = compiled(0.75)
    course = weights_after_each_step(model)
    average = course[0]
    for weights in course[1:]:
        average = 0.75 * average + 0.25 * weights
    np.testing.assert_allclose(averaged_weights(model)[0], average, rtol=1e-5)
    np.testing.assert_array_equal(model.get_weights()[0], course[-1])


def test_without_averaging_the_weights_are_the_last() -> None:
    model = compiled(0.0)
    course = weights_after_each_step(model)
    np.testing.assert_array_equal(averaged_weights(model)[0], course[-1])


def test_the_weights_that_are_trained_are_not_replaced_by_their_averages() -> None:
    model = compiled(0.9)
    before = weights_after_each_step(model)[-1]
    model.optimizer.finalize_variable_values(model.trainable_variables)
    np.testing.assert_array_equal(model.get_weights()[0], before)


def test_statistics_are_measured_anew_from_the_batches_alone() -> None:
    norm = keras.layers.BatchNormalization(momentum=0.95)
    model = keras.Sequential([keras.Input((4, 4, 1)), norm])
    norm.moving_mean.assign([99.0])
    batches = [np.random.default_rng(n).normal(n, 1 + n, (8, 4, 4, 1)) for n in range(3)]
    estimate_statistics(model, [batch.astype(np.float32) for batch in batches])
    assert float(norm.moving_mean[0]) == pytest.approx(np.mean(batches), rel=1e-4)
    spread = np.mean([batch.var() for batch in batches])
    assert float(norm.moving_variance[0]) == pytest.approx(spread, rel=1e-4)
    assert norm.momentum == 0.95


def row(epoch, dice=None, stage=1, loss=0.5):
    return Row(stage, epoch, loss, dice, 0.001, 1e9 + epoch)


def progress_after(*dice):
    progress = Progress()
    for epoch, one in enumerate(dice, 1):
        progress = progress.after(row(epoch, one))
    return progress


def test_the_best_epoch_is_that_of_the_best_validation_dice() -> None:
    progress = progress_after(0.2, 0.6, 0.4)
    assert (progress.best_epoch, progress.best_dice, progress.is_best) == (2, 0.6, False)


def test_without_validation_the_last_epoch_is_kept() -> None:
    assert progress_after(None, None).is_best


def test_an_epoch_that_was_not_measured_is_not_better() -> None:
    assert progress_after(0.2, None).best_epoch == 1


def test_each_stage_has_a_best_epoch_of_its_own() -> None:
    progress = progress_after(0.9).after(row(1, 0.3, stage=2))
    assert (progress.stage, progress.best_epoch, progress.best_dice) == (1, 1, 0.3)


@pytest.mark.parametrize(
    ("dice", "over"), [((0.5, 0.4), False), ((0.5, 0.4, 0.4), True), ((0.5, 0.4, 0.6), False)]
)
def test_a_stage_ends_early_when_it_has_waited_long_enough(dice, over) -> None:
    recipe = small(stages=(Stage(16, 9, 0.01),), early_stopping=2)
    assert progress_after(*dice).stage_is_over(recipe) is over
    assert not progress_after(*dice).stage_is_over(small(stages=recipe.stages))


def test_a_progress_is_read_as_it_was_written_and_so_is_that_of_older_versions() -> None:
    progress = progress_after(0.1234567890123, None)
    assert Progress.from_json(progress.to_json()) == progress
    assert Progress.from_json('{"stage": 2, "epoch": 6}') == Progress(2, 6)


def make_checkpoint(epoch, size=10):
    arrays = [np.full(size, epoch, np.float32), np.array(epoch)]
    progress = Progress(0, epoch, tuple(row(n) for n in range(1, epoch + 1)), epoch)
    return Checkpoint(progress, arrays, arrays[:1])


def test_a_checkpoint_is_read_as_it_was_written_and_replaces_the_one_before(tmp_path) -> None:
    for epoch in (9, 10, 100_000):
        save_checkpoint(tmp_path, make_checkpoint(epoch))
        found = load_checkpoint(tmp_path)
        assert found.progress == make_checkpoint(epoch).progress
        assert [a.tolist() for a in found.state] == [[epoch] * 10, epoch]
        assert len(list(tmp_path.iterdir())) == 1


def killed(*arguments, **options):
    raise KeyboardInterrupt


@pytest.mark.parametrize(
    ("module", "name", "epoch"),
    [
        (checkpoints.np, "savez", 1),
        (checkpoints, "write_atomically", 1),
        (checkpoints.os, "rename", 1),
        (checkpoints, "_checkpoints", 2),
    ],
)
def test_a_kill_at_any_moment_leaves_one_whole_checkpoint(
    tmp_path, monkeypatch, module, name, epoch
) -> None:
    save_checkpoint(tmp_path, make_checkpoint(1))
    with monkeypatch.context() as patched:
        patched.setattr(module, name, killed)
        # As kill -9 would: nothing is tidied up.
        patched.setattr(shutil, "rmtree", lambda *arguments, **options: None)
        with pytest.raises(KeyboardInterrupt):
            save_checkpoint(tmp_path, make_checkpoint(2))
    assert load_checkpoint(tmp_path).progress == make_checkpoint(epoch).progress
    sweep(tmp_path)
    assert len(list(tmp_path.iterdir())) == 1


def test_a_disk_that_is_full_is_a_sentence_and_the_old_checkpoint_stays(
    tmp_path, monkeypatch
) -> None:
    save_checkpoint(tmp_path, make_checkpoint(1))

    def full(*arguments):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(atomic.os, "fsync", full)
    with pytest.raises(WriteError, match="the disk is full"):
        save_checkpoint(tmp_path, make_checkpoint(2))
    assert load_checkpoint(tmp_path).progress == make_checkpoint(1).progress
    assert len(list(tmp_path.iterdir())) == 1


@pytest.fixture
def small_disk(tmp_path):
    """A disk of one megabyte."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    if os.name != "posix" or os.geteuid() or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("no right to mount a disk")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_real_disk_that_is_full_keeps_the_checkpoint_before(small_disk) -> None:
    save_checkpoint(small_disk, make_checkpoint(1, 50_000))
    with pytest.raises(WriteError, match="the disk is full"):
        save_checkpoint(small_disk, make_checkpoint(2, 200_000))
    assert load_checkpoint(small_disk).state[0].tolist() == [1.0] * 50_000
    save_checkpoint(small_disk, make_checkpoint(3, 50_000))


def test_the_curve_is_a_table_with_a_row_for_each_epoch() -> None:
    assert table([row(1), row(2, 0.25)]).splitlines() == [
        "stage,epoch,loss,validation_dice,learning_rate",
        "1,1,0.500000,,0.001",
        "1,2,0.500000,0.250000,0.001",
    ]


@pytest.mark.parametrize("count", [1, 2, 40])
def test_the_curve_is_a_picture_that_shows_both_lines(tmp_path, count) -> None:
    write_curves(tmp_path, [row(n, n / 50, loss=1 / n) for n in range(1, count + 1)])
    with Image.open(tmp_path / "curve.png") as picture:
        pixels = np.asarray(picture.convert("RGB")).reshape(-1, 3).astype(int)
    for colour in ((0x00, 0x72, 0xB2), (0xD5, 0x5E, 0x00)):
        assert (np.abs(pixels - colour).max(axis=1) < 30).sum() > 20


def test_tensorboard_reads_every_number(tmp_path) -> None:
    path = tmp_path / "events.out.tfevents.1"
    path.write_bytes(events([(12.5, 1, {"loss": 0.25}), (13.5, 300, {"loss": 2, "dice": 0.5})]))
    read = list(tf.compat.v1.train.summary_iterator(str(path)))
    assert read[0].file_version == "brain.Event:2"
    found = [
        (event.wall_time, event.step, {v.tag: v.simple_value for v in event.summary.value})
        for event in read[1:]
    ]
    assert found == [(12.5, 1, {"loss": 0.25}), (13.5, 300, {"loss": 2.0, "dice": 0.5})]


def test_the_remaining_time_follows_from_the_work_that_is_done(monkeypatch) -> None:
    monkeypatch.setattr("time.monotonic", lambda: 130.0)
    clock = Clock(total=100.0, done=40.0, began=100.0)
    assert clock.left(50.0) == pytest.approx(150.0)
    assert duration(clock.left(40.0)) == "?"


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return write_slices(tmp_path_factory.mktemp("slices"))


def test_no_patient_is_on_two_of_the_three_sides(data, tmp_path) -> None:
    source = find_examples(data)
    sides = sides_of_run(SMALL, source, tmp_path)
    groups = [set(one.patients) for one in (sides.training, sides.validation, sides.held_out)]
    assert all(groups)
    assert sum(map(len, groups)) == len(set.union(*groups)) == 6


def test_a_recipe_without_a_held_out_fold_trains_on_all_but_the_validation(data, tmp_path) -> None:
    source = find_examples(data)
    sides = sides_of_run(small(held_out_fold=None), source, tmp_path)
    assert len(sides.held_out) == 0
    assert len(sides.training) + len(sides.validation) == len(source)
    assert len(sides.validation) > 0


def test_who_of_a_fold_is_not_held_out_is_trained_on(data, tmp_path) -> None:
    source = find_examples(data)
    recipes = {"whole": small(), "part": small(held_out_share=0.5)}
    for name in recipes:
        (tmp_path / name).mkdir()
    whole, part = (sides_of_run(it, source, tmp_path / name) for name, it in recipes.items())
    assert 0 < len(part.held_out) < len(whole.held_out)
    assert set(part.held_out.names) < set(whole.held_out.names)
    assert len(part.training) + len(part.validation) + len(part.held_out) == len(source)


def test_sides_that_share_a_patient_are_refused_by_the_name(data) -> None:
    source = find_examples(data)
    folds = Folds("patient", 0, {"100": 0})
    with pytest.raises(ValueError, match=r"both sides of the split: 100$"):
        Sides(source, source.take(np.arange(2)), source.take(np.arange(0)), folds)


def test_a_run_of_another_recipe_is_refused_by_what_differs(data, tmp_path) -> None:
    source = find_examples(data)
    claim(tmp_path, SMALL, source)
    claim(tmp_path, SMALL, source)
    with pytest.raises(ValueError, match=r"dropout is 0\.1 there and 0\.3 here; choose another"):
        claim(tmp_path, small(dropout=0.3), source)


def test_a_run_on_other_data_is_refused_by_the_slices_that_differ(data, tmp_path) -> None:
    other = tmp_path / "other"
    shutil.copytree(data, other)
    claim(tmp_path / "run", SMALL, find_examples(data))
    claim(tmp_path / "run", SMALL, find_examples(other))  # a copy is the same data
    shutil.copy(other / "1.mat", other / "2.mat")
    (other / "3.mat").unlink()
    shutil.copy(other / "1.mat", other / "99.mat")
    with pytest.raises(ValueError, match=r"3\.mat is missing here; 99\.mat is new here; 2\.mat is"):
        claim(tmp_path / "run", SMALL, find_examples(other))


def test_the_fingerprint_has_an_entry_for_each_slice(data) -> None:
    contents = content_of(find_examples(data))
    assert len(contents) == len(set(contents.values())) == 12


def test_the_versions_name_all_that_numbers_depend_on() -> None:
    found = software()
    assert found["keras"] == keras.__version__
    assert found["backend"] == keras.config.backend()
    assert {"brainseg", "python", "numpy", "scipy", "scikit-image"} <= found.keys()
